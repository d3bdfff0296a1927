import type { PseudoTerminal } from './pseudo-terminal.ts';

/** What a key counts as that is never painted. */
export const lostMs = 2_000;
/** Only the row under the cursor is drawn inverse; whichever way it gets there, some of it is written anew. */
const cursorDrawn = /\x1b\[(?:\d+;)*7m.*\x1b\[\?2026l/s;

/** Milliseconds from a key that moves the cursor of a held list to the end of the frame that shows it in its new place. */
export async function keyToPaint(terminal: PseudoTerminal, key: string): Promise<number> {
  let text = '';
  const atMs = performance.now();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop();
      resolve(performance.now() - atMs);
    };
    const timer = setTimeout(done, lostMs);
    const stop = terminal.onText((piece) => {
      text += piece;
      if (cursorDrawn.test(text)) done();
    });
    terminal.press(key);
  });
}
