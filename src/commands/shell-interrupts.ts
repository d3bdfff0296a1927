import type { REPLEval, REPLServer } from 'node:repl';

type Callback = Parameters<REPLEval>[3];

/** What setRawMode belongs to: the terminal. */
interface RawInput extends NodeJS.ReadableStream {
  setRawMode?(mode: boolean): unknown;
}

const ctrlC = '\x03';

/**
 * Node's prompt loses a Ctrl-C that comes at the wrong moment. While it runs the code of a line it takes the terminal out of
 * raw mode, so that Ctrl-C is a signal, and a thread is to notice that. Where the code merely begins to await, it is over
 * before the thread was woken, and nobody learns of the signal: the wait then goes on for ever.
 *
 * So the terminal stays in raw mode for code that awaits. Ctrl-C is then a byte, which waits in the input until it is
 * read, and ends the wait. Code that only computes still gets the signal; its Ctrl-C may have come with the Enter, as a
 * byte that nobody reads before the code has ended, and then the code is not run at all.
 */
export function keepInterrupts(server: REPLServer, input: RawInput): void {
  const untimely: Callback[] = [];
  let isTyped = false;
  let staysRaw = false;

  const setRawMode = input.setRawMode;
  if (setRawMode === undefined) return;
  input.setRawMode = (mode) => (staysRaw && !mode ? input : setRawMode.call(input, mode));
  server.once('exit', () => {
    input.setRawMode = setRawMode;
  });

  const evaluate = server.eval;
  const guarded: REPLEval = function guarded(this: REPLServer, code, context, file, done) {
    const awaits = /\bawait\b/.test(code);
    if (isTyped && !awaits) {
      untimely.push(done);
      return;
    }
    staysRaw = awaits;
    try {
      evaluate.call(this, code, context, file, done);
    } finally {
      staysRaw = false;
    }
  };
  Object.assign(server, { eval: guarded });

  // All keys of a piece of input are handled between these two.
  input.prependListener('data', (bytes: Buffer | string) => {
    isTyped = bytes.includes(ctrlC);
  });
  input.on('data', () => {
    isTyped = false;
  });

  const usual = server.listeners('SIGINT');
  server.removeAllListeners('SIGINT');
  server.on('SIGINT', () => {
    if (untimely.length === 0) for (const listener of usual) listener.call(server);
    for (const done of untimely.splice(0)) done(interrupted(), undefined);
  });
}

function interrupted(): Error {
  const error = new Error('Script execution was interrupted by Ctrl-C before it began');
  delete error.stack;
  return error;
}
