import { wantsColour } from '../config/terminal-settings.ts';
import type { Reply } from '../control/reply.ts';
import { ansiLine } from '../presentation/ansi.ts';
import { celeryFooter, celeryReply, celeryTitle, replyStatus } from '../presentation/celery-reply.ts';
import { replySheet, type SheetReply } from '../presentation/reply-sheet.ts';
import { clean } from '../presentation/text.ts';
import { pythonDumps } from '../protocol/python-dumps.ts';
import type { CommandContext } from './command-context.ts';
import type { RemoteCall, RemoteConfig } from './remote-call.ts';

/** Prints replies: JSON for `-j`, a sheet for a person at a terminal, else Celery's own layout as they arrive. */
export class RemoteOutput {
  readonly #context: CommandContext<RemoteConfig>;
  readonly #kind: RemoteCall['kind'];
  readonly #mode: 'json' | 'sheet' | 'celery';
  readonly #colour: boolean;
  readonly #replies: SheetReply[] = [];

  constructor(context: CommandContext<RemoteConfig>, kind: RemoteCall['kind']) {
    const { config, env, stdout } = context;
    this.#context = context;
    this.#kind = kind;
    this.#mode = config.json ? 'json' : stdout.isTTY === true ? 'sheet' : 'celery';
    // What reads a pipe gets colours only when somebody insists.
    const isForced = config.color === 'always' || isSet(env['FORCE_COLOR']);
    this.#colour = wantsColour(config, env) && (stdout.isTTY === true || isForced);
  }

  get hasError(): boolean {
    return this.#replies.some(({ value }) => replyStatus(value) === 'ERROR');
  }

  get count(): number {
    return this.#replies.length;
  }

  reply({ hostname, value, exact }: Pick<Reply, 'hostname' | 'value' | 'exact'>): void {
    const given = exact ?? value;
    this.#replies.push({ hostname, value: given });
    if (this.#mode !== 'celery') return;
    const print = this.#kind === 'status' ? celeryTitle : celeryReply;
    this.#print(print(hostname, given, { quiet: this.#context.config.quiet, colour: this.#colour }));
  }

  /** What is left to print when all are there. */
  end(): void {
    if (this.#mode === 'json') this.#print(this.#json());
    if (this.#mode === 'sheet') this.#print(this.#sheet());
    if (this.#mode !== 'json' && this.#hasFooter()) this.#print(celeryFooter(this.count));
  }

  /** One sentence for a person, beside the output. */
  warn(sentence: string): void {
    this.#context.stderr.write(`stalk: ${clean(sentence)}\n`);
  }

  /** As in Celery -q silences the count of `inspect` and not that of `status`, where it is the answer. */
  #hasFooter(): boolean {
    return this.#kind === 'status' || (this.#kind === 'inspect' && !this.#context.config.quiet);
  }

  #json(): string {
    const entries = this.#replies.map(({ hostname, value }) => [hostname, value] as const);
    const value = this.#kind === 'control' ? entries.map((entry) => new Map([entry])) : new Map(entries);
    return `${pythonDumps(value, { strict: true })}\n`;
  }

  #sheet(): string {
    const options = { now: this.#context.now(), showReply: this.#kind !== 'status' };
    const lines = replySheet(this.#replies, options);
    return lines.map((line) => `${ansiLine(line, this.#colour)}\n`).join('');
  }

  #print(text: string): void {
    this.#context.stdout.write(text);
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
