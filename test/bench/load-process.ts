import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { LoadAnswer, LoadRequest, LoadTotals } from './load-options.ts';

/** A running load: see load.ts. */
export class Load {
  readonly #child: ChildProcess;
  readonly #waiting: ((line: string) => void)[] = [];

  constructor(child: ChildProcess) {
    this.#child = child;
    if (child.stdout === null) throw new Error('A load answers on its standard output.');
    createInterface(child.stdout).on('line', (line) => this.#waiting.shift()?.(line));
    child.once('exit', () => {
      for (const resolve of this.#waiting.splice(0)) resolve('');
    });
  }

  /** What is asked for has been passed on by the broker when it resolves; it says how many events were sent so far. */
  async ask(request: LoadRequest): Promise<number> {
    const answer = this.#answer();
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    return (JSON.parse(await answer) as LoadAnswer).events;
  }

  /** Lets every task end and says what was sent. */
  async stop(): Promise<LoadTotals> {
    const answer = this.#answer();
    this.#child.stdin?.end();
    return JSON.parse(await answer) as LoadTotals;
  }

  async #answer(): Promise<string> {
    const line = await new Promise<string>((resolve) => this.#waiting.push(resolve));
    if (line === '') throw new Error('The load has ended before it should.');
    return line;
  }
}
