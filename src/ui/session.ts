import type { CommandEntry } from '../monitor/command-log.ts';
import type { Watched } from '../monitor/watched.ts';
import { type FilterChange, type KeptFilters, withChange } from '../query/kept-filters.ts';
import { nothingIsSent } from '../replay/replay.ts';
import type { Task } from '../state/task.ts';
import { actionForKey } from './input/dispatch.ts';
import type { KeyPress } from './input/key.ts';
import type { Effect } from './model/effect.ts';
import { screenHere } from './model/here.ts';
import { overlayKey, overlayPaste } from './model/overlay-keys.ts';
import { reduce, type Step } from './model/reduce.ts';
import { runCommand } from './model/run-command.ts';
import { settleView } from './model/settle.ts';
import { say } from './model/stack.ts';
import { turned } from './model/turned-view.ts';
import { frameOf, initialView, type ViewState } from './model/view-state.ts';
import { Picture } from './picture.ts';
import { type Past, TimeTravel } from './time-travel.ts';
import type { Config } from './ui-config.ts';

/** What the session needs done that is not its own: the terminal, the pager, the clipboard, the end. */
export interface SessionEffects {
  quit(): void;
  suspend(): void;
  redraw(): void;
  pager(text: string): void;
  copy(text: string): void;
  setRate(framesPerSecond: number): void;
  record(on: boolean, path: string | undefined): void;
  /** For later sessions. */
  keepFilter(change: FilterChange): void;
  /** A key was handled: paint at once. */
  repaint(): void;
}

/** A terminal that small shows one line and obeys only the keys that leave. */
export const smallest = { columns: 40, rows: 10 } as const;

/** One operator at one screen: holds the view, feeds keys to the reducer, and carries out what it asks for. */
export class Session {
  readonly #effects: SessionEffects;
  readonly #time: TimeTravel;
  readonly picture: Picture;
  #view: ViewState;

  constructor(monitor: Watched, config: Config, effects: SessionEffects, past: Past = {}) {
    this.#effects = effects;
    this.#view = initialView({
      view: config.view,
      timeMode: config.timeMode,
      readonly: config.readonly,
      ascii: config.ascii,
      playback: past.replay?.kind === 'replay' ? 'replay' : undefined,
    });
    this.picture = new Picture(monitor, config, past.replay);
    this.#time = new TimeTravel(monitor, past, {
      onTurn: () => this.#turn(),
      say: (text) => this.warn(text),
    });
    this.picture.onRowsReady = () => this.#settle();
    monitor.watchWorkers(showsWorkers(this.#view));
  }

  get view(): ViewState {
    return this.#view;
  }

  /** What is on screen: the live cluster, or one of the past. */
  get watched(): Watched {
    return this.#time.watched;
  }

  /** The past, and it does not play: what changes there is where somebody went. */
  get standsStill(): boolean {
    return this.#time.replay?.player.playing === false;
  }

  /** Calls `listener` after something changed of what is on screen, whatever that is; returns how to stop it. */
  onChange(listener: () => void): () => void {
    return this.#time.listen(listener);
  }

  press(key: KeyPress, size: { readonly columns: number; readonly rows: number }): void {
    if (size.columns < smallest.columns || size.rows < smallest.rows) {
      if (key.key === 'q' || key.key === 'ctrl-c') this.#effects.quit();
      return;
    }
    this.#dropStickyMessage(key.key);
    this.#take(this.#step(key), key.chunk);
    this.#effects.repaint();
  }

  /** A paste is text in a field; anywhere else it does nothing at all. */
  paste(text: string, chunk: number): void {
    this.#view = overlayPaste(this.#view, text, this.picture.context(this.#view, chunk));
    this.#effects.repaint();
  }

  /** The filters of earlier sessions; those of this one stay the newest. */
  recallFilters(kept: KeptFilters): void {
    const { history, saved } = this.#view.keptFilters;
    let keptFilters: KeptFilters = kept;
    for (const [view, texts] of Object.entries(history)) {
      for (const text of texts) keptFilters = withChange(keptFilters, { kind: 'used', view, text });
    }
    for (const [view, filters] of Object.entries(saved)) {
      for (const [name, text] of Object.entries(filters)) {
        keptFilters = withChange(keptFilters, { kind: 'saved', view, name, text });
      }
    }
    this.#view = { ...this.#view, keptFilters };
  }

  /** What the message line tells for a while. */
  warn(text: string): void {
    this.#view = say(this.#view, text, this.picture.nowMs(), 'warn');
    this.#effects.repaint();
  }

  /** As `warn`, of what went well. */
  tell(text: string): void {
    this.#say(text);
    this.#effects.repaint();
  }

  /** Once a second: messages run out, dialogs re-read what they are about, lists get what they still await. */
  tick(): void {
    this.#view = settleView(this.#view, this.picture.context(this.#view, -1));
    const { message } = this.#view;
    if (message?.untilMs !== undefined && message.untilMs < this.picture.nowMs()) {
      this.#view = { ...this.#view, message: undefined };
    }
  }

  /** Rows that took longer are there: they take the place of what the list showed instead. */
  #settle(): void {
    this.#view = settleView(this.#view, this.picture.context(this.#view, -1));
    this.#effects.repaint();
  }

  #step(key: KeyPress): Step {
    const context = this.picture.context(this.#view, key.chunk);
    if (this.#view.overlay !== undefined) return overlayKey(this.#view, key.key, context);
    const entry = this.picture.messageEntry(this.#view);
    if (key.key === 'enter' && entry !== undefined) {
      return { view: { ...this.#view, overlay: { kind: 'replies', entry: entry.id } }, effects: [] };
    }
    const action = actionForKey(screenHere(this.#view), key.key);
    return action === undefined ? { view: this.#view, effects: [] } : reduce(this.#view, action.id, context);
  }

  /** What a step leads to still belongs to the input chunk of its key. */
  #take(step: Step, chunk: number): void {
    const before = this.#view;
    this.#view = step.view;
    for (const effect of step.effects) this.#carryOut(effect, chunk);
    if (showsWorkers(before) !== showsWorkers(this.#view))
      this.watched.watchWorkers(showsWorkers(this.#view));
  }

  #carryOut(effect: Effect, chunk: number): void {
    switch (effect.kind) {
      case 'quit':
      case 'suspend':
      case 'redraw':
        this.#effects[effect.kind]();
        break;
      case 'pager':
        this.#effects.pager(this.picture.plainText(this.#view));
        break;
      case 'copy':
        this.#copy();
        break;
      case 'refresh':
        this.#refresh();
        break;
      case 'send':
        this.#report(this.watched.send(effect.request).id);
        break;
      case 'send-again': {
        const entry = this.watched.commands.find(effect.entry);
        if (entry !== undefined) this.#sendAgain(entry);
        break;
      }
      case 'keep-filter':
        this.#effects.keepFilter(effect.change);
        break;
      case 'rate':
        this.#effects.setRate(effect.framesPerSecond);
        break;
      case 'rewind':
        this.#time.rewind(effect.seconds);
        break;
      case 'move':
        this.#time.move(effect.move);
        break;
      case 'record':
        this.#effects.record(effect.on, effect.path);
        break;
      case 'run':
        this.#take(reduce(this.#view, effect.action, this.picture.context(this.#view, chunk)), chunk);
        break;
      case 'command':
        this.#take(runCommand(this.#view, effect.text, this.picture.context(this.#view, chunk)), chunk);
        break;
    }
  }

  /** All that is read of the cluster is of another moment from now on, or of another cluster. */
  #turn(): void {
    const { watched, replay } = this.#time;
    this.picture.turnTo(watched, replay);
    const find = (uuid: string): Task | undefined => watched.state.tasks.get(uuid);
    this.#view = turned(this.#view, replay?.kind, find, this.picture.nowMs());
    watched.watchWorkers(showsWorkers(this.#view));
    this.#effects.repaint();
  }

  /** The replies on screen are from then on those of the repetition. */
  #sendAgain(entry: CommandEntry): void {
    const { id } = this.watched.retry(entry);
    this.#report(id);
    this.#view = { ...this.#view, overlay: { kind: 'replies', entry: id } };
  }

  #copy(): void {
    const id = this.picture.identity(this.#view);
    if (id !== undefined) this.#effects.copy(id);
    this.#say(
      id === undefined
        ? 'nothing to copy'
        : `sent to the clipboard of your terminal (OSC 52): ${id.slice(0, 40)}`,
    );
  }

  #refresh(): void {
    if (this.#time.replay !== undefined) {
      this.warn(nothingIsSent);
      return;
    }
    const connected = this.watched.status.kind === 'ready';
    if (connected) void this.watched.refreshWorkers();
    else this.watched.retryNow();
    this.#say(connected ? 'asking the workers again' : 'trying to connect now');
  }

  /** From now on the message line tells what becomes of this command, until a key is pressed after it is done. */
  #report(entry: number): void {
    this.#view = { ...this.#view, message: { text: '', tone: 'plain', untilMs: undefined, entry } };
  }

  #say(text: string): void {
    this.#view = { ...this.#view, message: { text, tone: 'plain', untilMs: this.picture.nowMs() + 4_000 } };
  }

  /** The outcome of a command stays until a key other than the one that opens it. */
  #dropStickyMessage(key: string): void {
    const entry = this.picture.messageEntry(this.#view);
    if (key === 'enter' || this.#view.overlay !== undefined) return;
    if (entry === undefined || entry.state === 'pending') return;
    this.#view = { ...this.#view, message: undefined };
  }
}

/** While workers are looked at, they are asked again from time to time. */
function showsWorkers(view: ViewState): boolean {
  return ['workers', 'worker'].includes(frameOf(view).screen);
}
