import { ChangeNotifier } from '../monitor/change-notifier.ts';
import type { Command, CommandEntry, CommandLog } from '../monitor/command-log.ts';
import type { Gap } from '../monitor/connection-gaps.ts';
import { IntakeMeter } from '../monitor/intake/intake-meter.ts';
import type { MonitorFacts } from '../monitor/monitor-facts.ts';
import type { Rates } from '../monitor/rates.ts';
import type { SessionRecorder } from '../monitor/session-recorder.ts';
import type { Watched } from '../monitor/watched.ts';
import type { WorkerDirectory } from '../monitor/worker-directory.ts';
import { State } from '../state/state.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { steadyTimers, type Timers } from '../timers.ts';
import type { ConnectionStatus } from '../transport/connection-status.ts';
import type { EventSource } from './event-source.ts';
import type { Moment } from './moment.ts';
import { Playback } from './playback.ts';
import { Player } from './player.ts';

export interface ReplayOptions {
  readonly kind: 'replay' | 'rewind';
  /** What it is a replay of, as the status line names it: a file's name. */
  readonly label: string;
  readonly source: EventSource;
  readonly start: Moment;
  readonly checkpoints?: readonly Moment[];
  /** Where it begins; at the start unless given. */
  readonly present?: Moment;
  /** Tasks in all checkpoints together. */
  readonly tasksCopied?: number | undefined;
  /** What was known before its start is missing. */
  readonly isPartial?: boolean;
  /** Of the present, which goes on meanwhile. */
  readonly recorder?: () => SessionRecorder | undefined;
  readonly timers?: Timers;
}

export const nothingIsSent = 'replay, nothing is sent';
const none: ReadonlySet<string> = new Set();

/** A cluster as it was, in place of a live one: nothing of it can be changed, and its time goes where it is told to. */
export class Replay implements Watched {
  readonly kind: 'replay' | 'rewind';
  readonly brokerLabel: string;
  readonly demo: boolean = false;
  readonly source: EventSource;
  readonly isPartial: boolean;
  readonly playback: Playback;
  readonly player: Player;
  /** Never fed: how much of the stream was missed is not known of one that is played again, but for its gaps. */
  readonly intake: IntakeMeter;
  readonly lag: undefined = undefined;
  readonly quietFor: undefined = undefined;
  readonly undecodable: { readonly count: number } = { count: 0 };
  readonly revokePending: ReadonlySet<string> = none;
  readonly unknownTasks: ReadonlySet<string> = none;
  readonly status: ConnectionStatus = { kind: 'ready', sinceMs: 0 };
  readonly #recorder: () => SessionRecorder | undefined;
  readonly #changes = new ChangeNotifier();
  #failure: string | undefined;
  readonly #jumps = new Set<() => void>();

  constructor(options: ReplayOptions) {
    const { kind, label, source, start, checkpoints, present, timers = steadyTimers } = options;
    this.kind = kind;
    this.isPartial = options.isPartial ?? false;
    this.#recorder = options.recorder ?? ((): undefined => undefined);
    this.brokerLabel = label;
    this.source = source;
    const onChange = (): void => this.#changes.touch();
    const onJump = (): void => {
      for (const listener of this.#jumps) listener();
    };
    this.playback = new Playback({
      ...{ source, start, onChange, onJump, onFailure: (error) => this.#failed(error) },
      ...(checkpoints === undefined ? {} : { checkpoints }),
      ...(present === undefined ? {} : { present }),
      tasksCopied: options.tasksCopied,
      nowMs: () => timers.nowMs(),
    });
    this.player = new Player({ playback: this.playback, timers, onChange });
    this.intake = new IntakeMeter({
      state: new State(),
      online: () => [],
      ownClock: () => 0,
      askStats: () => undefined,
    });
  }

  get state(): State {
    return this.playback.moment.fold.state;
  }

  get statistics(): Statistics {
    return this.playback.moment.fold.statistics;
  }

  get rates(): Rates {
    return this.playback.moment.fold.rates;
  }

  get workers(): WorkerDirectory {
    return this.playback.moment.fold.workers;
  }

  get failureCount(): number {
    return this.playback.moment.fold.failureCount;
  }

  get facts(): MonitorFacts {
    return this.playback.moment.fold.facts;
  }

  get recorder(): SessionRecorder | undefined {
    return this.#recorder();
  }

  get commands(): CommandLog {
    return this.playback.moment.commands;
  }

  /** Why it cannot be gone on in what is played. */
  get captureFailure(): string | undefined {
    return this.#failure;
  }

  get gaps(): readonly Gap[] {
    return this.playback.moment.gaps.all;
  }

  /** What the clock says, in seconds since the epoch. */
  get at(): number {
    return this.playback.at;
  }

  onChange(listener: () => void): () => void {
    return this.#changes.listen(listener);
  }

  /** Calls `listener` when all that was read of the cluster is of another moment; returns how to stop it. */
  onJump(listener: () => void): () => void {
    this.#jumps.add(listener);
    return () => this.#jumps.delete(listener);
  }

  async close(): Promise<void> {
    this.player.stop();
    this.playback.close();
    this.#changes.clear();
  }

  /** Nothing is sent, and the entry says so. */
  send(command: Command): CommandEntry {
    const entry = this.commands.add(command, this.at, [], 0);
    return Object.assign(entry, { state: 'done', finishedAt: this.at, failure: nothingIsSent });
  }

  retry(entry: CommandEntry): CommandEntry {
    return this.send(entry);
  }

  #failed(error: unknown): void {
    this.#failure = error instanceof Error ? error.message : String(error);
    this.#changes.touch();
  }

  async refreshWorkers(): Promise<void> {
    // There is nobody to ask.
  }

  watchWorkers(): void {
    // There is nobody to ask.
  }

  retryNow(): void {
    // There is nothing to connect to.
  }
}
