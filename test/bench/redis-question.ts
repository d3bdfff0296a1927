import { createConnection } from 'node:net';

/** One command, one bulk reply. */
export function askRedis(url: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = createConnection(Number(port), hostname, () => socket.write(`${command}\r\n`));
    let reply = '';
    socket.on('data', (chunk) => {
      reply += chunk.toString();
      const head = /^\$(\d+)\r\n/.exec(reply);
      if (head === null || reply.length < Number(head[1]) + head[0].length) return;
      socket.destroy();
      resolve(reply);
    });
    socket.once('error', reject);
  });
}
