import { createServer, type Socket } from 'node:net';

/** What a command gets: a RESP answer without its final line end, null for none, or undefined for that of a healthy server. */
export type RedisScript = (words: readonly string[]) => string | null | undefined;

export interface ScriptedRedis {
  readonly url: string;
  /** Every command so far, in upper case where it is a command's name. */
  readonly commands: (readonly string[])[];
  /** Ends all connections, as a server does that dies. */
  drop(): void;
  close(): Promise<void>;
}

/** A Redis that says what the test wants: for errors that a real one gives only when its disk or its memory is full. */
export async function scriptedRedis(script: RedisScript): Promise<ScriptedRedis> {
  const sockets = new Set<Socket>();
  const commands: string[][] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    let unread = '';
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      unread += chunk.toString('latin1');
      for (let read = readCommand(unread); read; read = readCommand(unread)) {
        unread = read.rest;
        const words = [read.words[0]!.toUpperCase(), ...read.words.slice(1)];
        commands.push(words);
        const scripted = script(words);
        const answer = scripted === undefined ? ordinaryAnswer(words) : scripted;
        if (answer !== null) socket.write(`${answer}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${port}/0`,
    commands,
    drop,
    close: async () => {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As a healthy server; a blocking pop is not answered at all. */
function ordinaryAnswer([name, pattern = '']: readonly string[]): string | null {
  if (name === 'PING') return '+PONG';
  if (name === 'BRPOP') return null;
  if (name === 'PSUBSCRIBE') return `*3\r\n$10\r\npsubscribe\r\n$${pattern.length}\r\n${pattern}\r\n:1`;
  if (name === 'PUBLISH' || name === 'LPUSH' || name === 'DEL') return ':1';
  return '+OK';
}

function readCommand(text: string): { words: string[]; rest: string } | undefined {
  const head = /^\*(\d+)\r\n/.exec(text);
  if (!head) return undefined;
  let at = head[0].length;
  const words: string[] = [];
  for (let index = 0; index < Number(head[1]); index++) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at));
    if (!size) return undefined;
    at += size[0].length;
    const end = at + Number(size[1]);
    if (text.length < end + 2) return undefined;
    words.push(text.slice(at, end));
    at = end + 2;
  }
  return { words, rest: text.slice(at) };
}
