import { Receiver } from '../events/receiver.ts';
import { recordedStream, type StreamRecorder } from '../events/stream-recorder.ts';
import { type Event, eventGroup } from '../protocol/event.ts';
import { LamportClock } from '../protocol/lamport-clock.ts';
import type { State } from '../state/state.ts';
import type { Statistics } from '../statistics/statistics.ts';
import type { ConnectionStatus } from '../transport/connection-status.ts';
import type { Transport } from '../transport/transport.ts';
import { ChangeNotifier } from './change-notifier.ts';
import { CommandEffects } from './command-effects.ts';
import { type Command, type CommandEntry, CommandLog } from './command-log.ts';
import { Commander } from './commander.ts';
import type { Gap } from './connection-gaps.ts';
import { Fold } from './fold.ts';
import { Inspector } from './inspector.ts';
import { IntakeMeter } from './intake/intake-meter.ts';
import type { MonitorFacts } from './monitor-facts.ts';
import { createMailbox, createState, type MonitorOptions, streamSettings } from './monitor-options.ts';
import { notReady } from './not-ready.ts';
import type { Rates } from './rates.ts';
import { Resync } from './resync.ts';
import type { SessionRecorder } from './session-recorder.ts';
import { TaskFates } from './task-fates.ts';
import { workText } from './work-text.ts';
import { WorkerDirectory } from './worker-directory.ts';
import { WorkerWatch } from './worker-watch.ts';

const tickMs = 1000;
/**
 * One live session: events become a State, workers are asked about themselves, commands are sent and their replies
 * kept. It knows no screen; whoever shows it listens with `onChange` and reads.
 */
export class Monitor {
  readonly state: State;
  readonly rates: Rates;
  readonly statistics: Statistics;
  readonly workers: WorkerDirectory;
  readonly intake: IntakeMeter;
  readonly commands: CommandLog = new CommandLog();
  readonly brokerLabel: string;
  readonly demo: boolean;
  /** Writes this session down; it may be set and unset at any time. */
  recorder: SessionRecorder | undefined;
  /** What events alone have made known. */
  readonly fold: Fold;
  readonly #ring: StreamRecorder | undefined;
  readonly #transport: Transport;
  readonly #now: () => number;
  readonly #receiver: Receiver;
  readonly #inspector: Inspector;
  readonly #commander: Commander;
  readonly #fates: TaskFates;
  readonly #resync: Resync;
  readonly #changes: ChangeNotifier = new ChangeNotifier();
  readonly #ended: AbortController = new AbortController();
  readonly #effects: CommandEffects;
  #ticker: NodeJS.Timeout | undefined;
  readonly #watch: WorkerWatch = new WorkerWatch(() => this.refreshWorkers());
  #capture: Promise<void> = Promise.resolve();
  #captureFailure: string | undefined;

  constructor(options: MonitorOptions) {
    const { transport, now = () => Date.now() / 1000, timeout = 1, maxWorkers } = options;
    this.brokerLabel = options.brokerLabel;
    this.demo = options.demo;
    this.#transport = transport;
    this.#now = now;
    this.recorder = options.recorder;
    this.#ring = options.ring;
    this.state = options.state ?? createState(options);
    const onChange = (): void => this.#changes.touch();
    this.workers = new WorkerDirectory({
      now,
      ...(maxWorkers === undefined ? {} : { maxWorkers }),
      onSight: (hostname) => this.#inspector.sighted(hostname),
      onLeave: (hostname) => {
        this.#commander.left(hostname);
        this.#resync.departed(hostname);
      },
      onReturn: (hostname) => this.#resync.returned(hostname),
    });
    this.fold = new Fold({ state: this.state, workers: this.workers });
    this.statistics = this.fold.statistics;
    this.rates = this.fold.rates;
    const mailbox = createMailbox(options);
    const online = (): readonly string[] => this.workers.online();
    const clock = new LamportClock();
    this.intake = new IntakeMeter({
      ...{ state: this.state, online, ownClock: () => clock.value },
      ...(maxWorkers === undefined ? {} : { maxWorkers }),
      askStats: (hostnames) => void this.#inspector.refresh(hostnames, ['stats']),
    });
    const onStats = this.intake.noteStats.bind(this.intake);
    this.#inspector = new Inspector({ mailbox, directory: this.workers, timeout, now, onChange, onStats });
    this.#effects = new CommandEffects((hostnames) => void this.#inspector.refresh(hostnames));
    this.#fates = new TaskFates(this.state);
    this.#resync = new Resync({ mailbox, fates: this.#fates, timeout, online, onChange });
    this.#commander = new Commander({
      ...{ mailbox, log: this.commands, timeout, now, online, onChange, record: options.record },
      disconnected: () => notReady(transport.status),
      ping: () => this.#inspector.ping(),
      describeWork: (hostname) => workText(this.state, hostname, now()),
      onSettled: (entry) => this.#commandSettled(entry),
      recorder: () => this.recorder,
    });
    const stream = recordedStream(
      {
        handlers: { '*': (event) => this.#noteEvent(event) },
        ...{ now, mailbox, clock, onUndecodable: onChange },
        ...streamSettings(options),
        onError: (error) => this.#noteFailure(error),
        onReady: () => this.#listening(),
      },
      () => this.recorder,
      () => this.#ring,
    );
    this.#receiver = new Receiver(transport, stream);
  }

  /** Begins to listen; returns at once, connected or not. Ends with `close()` or when `signal` aborts. */
  start(signal?: AbortSignal): void {
    signal?.addEventListener('abort', () => void this.close(), { once: true });
    const stopStatus = this.#transport.onStatus((status) => this.#noteStatus(status));
    this.#ended.signal.addEventListener('abort', stopStatus, { once: true });
    this.#ticker = setInterval(() => this.#tick(), tickMs);
    this.#capture = this.#receiver
      .capture({ wakeup: true, signal: this.#ended.signal })
      .catch((error: unknown) => this.#noteFailure(error));
  }

  /** Stops listening and waits for it; the transport stays open, it belongs to whoever opened it. */
  async close(): Promise<void> {
    this.#ended.abort();
    this.watchWorkers(false);
    clearInterval(this.#ticker);
    this.#effects.close();
    this.#commander.close();
    this.#changes.clear();
    await this.#capture;
  }

  /** Calls `listener` after something changed, at most once per turn of the event loop; returns how to stop it. */
  onChange(listener: () => void): () => void {
    return this.#changes.listen(listener);
  }

  get status(): ConnectionStatus {
    return this.#transport.status;
  }

  /** Why events no longer arrive although the connection may be fine, for example a refused subscription. */
  get captureFailure(): string | undefined {
    return this.#captureFailure;
  }

  /** How many task-failed events came, of tasks that were forgotten since too. */
  get failureCount(): number {
    return this.fold.failureCount;
  }

  /** Stretches of time whose events were not seen, oldest first. */
  get gaps(): readonly Gap[] {
    return this.intake.gaps.all;
  }

  /** Seconds that the newest events are behind the cluster. */
  get lag(): number | undefined {
    return this.intake.lag.seconds;
  }

  /** Seconds since the last event of any kind. */
  get quietFor(): number | undefined {
    return this.intake.lag.quietFor(this.#now());
  }

  /** Message bodies that could not be read: how many, and the last one. */
  get undecodable(): Receiver['undecodable'] {
    return this.#receiver.undecodable;
  }

  /** What the panel of a first run can explain emptiness with. */
  get facts(): MonitorFacts {
    return this.fold.facts;
  }

  /** Uuids revoked from here, of which no event has told yet. */
  get revokePending(): ReadonlySet<string> {
    return this.#commander.revokes.uuids;
  }

  /** Uuids that were STARTED when last heard of and that nobody lists since: `▸?`. */
  get unknownTasks(): ReadonlySet<string> {
    return this.#fates.unknown;
  }

  /** Never throws: what went wrong is in the entry, which is updated as replies arrive. */
  send(command: Command): CommandEntry {
    return this.#commander.send(command);
  }

  /** The same to those that said error or nothing. */
  retry(entry: CommandEntry): CommandEntry {
    return this.#commander.retry(entry);
  }

  /** Asks every worker that is not offline for what changes: stats, queues, active tasks. */
  refreshWorkers(): Promise<void> {
    return this.#inspector.refreshAll();
  }

  /** While somebody looks at workers they are asked again at once and then every 30 s. */
  watchWorkers(on: boolean): void {
    this.#watch.switch(on);
  }

  /** Tries to connect now instead of at the end of the back-off. */
  retryNow(): void {
    this.#transport.retryNow();
  }

  #noteEvent(event: Event): void {
    // Read once: events come in so many shapes that every reading of a field is a search.
    const { type, uuid, local_received: received } = event;
    // The Receiver stamps every event. A number with a default would be boxed anew for each call below.
    if (received === undefined) return;
    this.fold.note(event, received);
    this.intake.noteEvent(event, received);
    if (type === 'worker-online' && this.workers.get(String(event.hostname)) !== undefined)
      this.#inspector.starting(String(event.hostname));
    if (typeof uuid === 'string' && eventGroup(type) === 'task') {
      this.#fates.noteEvent(uuid);
      this.#commander.revokes.noteEvent(type, uuid);
    }
    this.#changes.touch();
  }

  #noteFailure(error: unknown): void {
    this.#captureFailure = error instanceof Error ? error.message : String(error);
    this.#changes.touch();
  }

  #noteStatus(status: ConnectionStatus): void {
    if ((status.kind === 'retrying' || status.kind === 'refused') && status.lostAtMs !== undefined) {
      this.intake.deaf(status.lostAtMs / 1000);
      this.workers.deaf(status.lostAtMs / 1000);
      this.recorder?.lost(status.lostAtMs / 1000);
      this.#ring?.lost(status.lostAtMs / 1000);
    }
    this.#changes.touch();
  }

  /** The broker has confirmed our subscription, at first or again. */
  #listening(): void {
    const gap = this.intake.listening(this.#now());
    this.workers.listening(this.#now());
    this.#captureFailure = undefined;
    if (gap !== undefined) this.#resync.gapEnded();
    void this.#inspector.ping();
    this.intake.askTotals(this.#now());
    this.#changes.touch();
  }

  #tick(): void {
    const now = this.#now();
    const workersChanged = [this.workers.tick(), this.intake.tick(now)].includes(true);
    const changed = [this.rates.refresh(now), workersChanged, this.#fates.prune()].includes(true);
    if (changed) this.#changes.touch();
    if (this.status.kind !== 'ready') return;
    void this.#resync.tick();
    void this.#inspector.askSighted();
    this.intake.askTotals(now);
  }

  #commandSettled(entry: CommandEntry): void {
    for (const { hostname } of entry.replies) this.workers.noteAnswer(hostname, true);
    this.#effects.settled(entry);
    this.intake.commandSettled(entry);
  }
}
