import { StalkError } from '../errors.ts';
import type { Monitor } from '../monitor/monitor.ts';
import type { Recorder } from '../recording/recorder.ts';
import type { RecordingNews, RecordingSwitch } from '../ui/recording-switch.ts';
import type { CommandContext } from './command-context.ts';

/** What is recorded of a session: from its beginning with `--record`, and between `:record on` and `:record off`. */
export class SessionRecording implements RecordingSwitch {
  readonly #context: CommandContext;
  readonly #broker: string;
  #recorder: Recorder | undefined;
  #monitor: Monitor | undefined;
  #path: string | undefined;
  /** One switch after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #say: ((sentence: string) => void) | undefined;
  #unsaid: string[] = [];

  /** @param broker its URL, without the password */
  constructor(context: CommandContext, broker: string) {
    this.#context = context;
    this.#broker = broker;
  }

  /**
   * What `--record` asks for, before there is a monitor.
   * @throws StalkError for a file or a pattern that cannot be used
   */
  async begin(): Promise<void> {
    const { record, redact } = this.#context.config;
    if (record !== undefined) await this.#open(record);
    else if (redact !== undefined) {
      // A mistake in it is told now, and not when `:record on` needs it.
      const { Redaction } = await import('../recording/redaction.ts');
      new Redaction(redact);
    }
  }

  get path(): string | undefined {
    return this.#path;
  }

  get recorder(): Recorder | undefined {
    return this.#recorder;
  }

  /** The monitor whose session it is; it has the recorder already. */
  attach(monitor: Monitor): void {
    this.#monitor = monitor;
  }

  listen(say: (sentence: string) => void): void {
    this.#say = say;
    for (const sentence of this.#unsaid.splice(0)) say(sentence);
  }

  switch(on: boolean, path: string | undefined): Promise<RecordingNews> {
    const news = this.#last.then(() => (on ? this.#on(path) : this.#off()));
    // What went wrong with one switch is told to whoever asked for it; the next one may go well.
    this.#last = news.catch(() => undefined);
    return news;
  }

  /** Writes what is left. The monitor is closed by then. */
  async close(): Promise<void> {
    await this.#last;
    await this.#recorder?.end();
  }

  async #on(given: string | undefined): Promise<RecordingNews> {
    const path = this.#inHome(given) ?? this.#path ?? namedForTime(this.#context.now());
    const before = this.#recorder;
    if (before !== undefined && (given === undefined || before.path === path))
      return { text: `recording into ${before.path} already`, isProblem: true };
    try {
      await this.#open(path);
    } catch (error) {
      if (!(error instanceof StalkError)) throw error;
      return { text: error.message, isProblem: true };
    }
    this.#handOver();
    await before?.end();
    return { text: `recording into ${path}`, isProblem: false };
  }

  /** No shell has read what was typed on the screen. */
  #inHome(path: string | undefined): string | undefined {
    const { HOME: home } = this.#context.env;
    return home === undefined ? path : path?.replace(/^~(?=\/)/, () => home);
  }

  async #off(): Promise<RecordingNews> {
    const recorder = this.#recorder;
    if (recorder === undefined) return { text: 'nothing is recorded', isProblem: true };
    this.#recorder = undefined;
    this.#handOver();
    const { events, dropped } = await recorder.end();
    const missing = dropped === 0 ? '' : `, ${dropped.toLocaleString('en-US')} are missing`;
    const text = `recorded ${events.toLocaleString('en-US')} events into ${recorder.path}${missing}`;
    return { text, isProblem: dropped > 0 };
  }

  async #open(path: string): Promise<void> {
    const { openRecorder } = await import('./open-recorder.ts');
    const onProblem = (sentence: string): void => {
      if (this.#say === undefined) this.#unsaid.push(sentence);
      else this.#say(sentence);
    };
    this.#recorder = await openRecorder(this.#context, { path, broker: this.#broker, onProblem });
    this.#path = path;
  }

  #handOver(): void {
    if (this.#monitor === undefined) return;
    this.#monitor.recorder = this.#recorder;
    if (this.#monitor.status.kind === 'ready') this.#recorder?.listening(this.#context.now());
  }
}

/** `stalk-20261126T142300Z.jsonl.gz`, in the working folder. */
function namedForTime(now: number): string {
  return `stalk-${new Date(now * 1000).toISOString().replace(/[-:]|\.\d+/g, '')}.jsonl.gz`;
}
