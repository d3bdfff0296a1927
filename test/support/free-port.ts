import { createServer } from 'node:net';

/** Below the range from which Linux takes ports for outgoing connections, so that none of those can be in the way. */
const lowest = 21_000;
const highest = 31_999;

/** A TCP port on which nothing listens on 127.0.0.1 just now. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (await canListen(port)) return port;
  }
  throw new Error(`No free TCP port was found between ${lowest} and ${highest} on 127.0.0.1.`);
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
