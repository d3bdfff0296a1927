import type { Watched } from '../monitor/watched.ts';
import type { Replay } from '../replay/replay.ts';
import type { Move } from './model/effect.ts';

/** What there is of the past. */
export interface Past {
  /** What is shown is a recording. */
  readonly replay?: Replay;
  /** What just was, to be gone back into; undefined while nothing has come. */
  readonly rewind?: () => Replay | undefined;
}

export interface TimeTravelOptions {
  /** All that is read of the cluster is of another moment, or of another cluster. */
  readonly onTurn: () => void;
  readonly say: (text: string) => void;
}

/** Which time is on screen: the present, or the past of a recording or of what just was. */
export class TimeTravel {
  /** What is live, or the recording. */
  readonly #home: Watched;
  readonly #past: Past;
  readonly #options: TimeTravelOptions;
  #watched: Watched;
  #replay: Replay | undefined;
  #stopChanges: (() => void) | undefined;
  #stopJumps: (() => void) | undefined;
  #listener: () => void = () => undefined;

  constructor(home: Watched, past: Past, options: TimeTravelOptions) {
    this.#home = home;
    this.#past = past;
    this.#options = options;
    this.#watched = home;
    this.#follow(home, past.replay);
  }

  get watched(): Watched {
    return this.#watched;
  }

  /** Set while it is the past. */
  get replay(): Replay | undefined {
    return this.#replay;
  }

  /** One listener, for changes of whatever is on screen; returns how to stop it. */
  listen(listener: () => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = () => undefined;
      this.#stopChanges?.();
      this.#stopJumps?.();
      if (this.#replay !== this.#past.replay) void this.#replay?.close();
    };
  }

  /** From the present into what just was. The present goes on meanwhile. */
  rewind(seconds: number): void {
    const replay = this.#past.rewind?.();
    if (replay === undefined) {
      this.#options.say('there is nothing to go back to yet');
      return;
    }
    this.#follow(replay, replay);
    void replay.playback.seekTime(replay.source.to - seconds);
    this.#options.onTurn();
    if (replay.isPartial) this.#options.say('tasks that nothing came of in this time are not shown');
  }

  move(move: Move): void {
    const replay = this.#replay;
    if (replay === undefined) return;
    if (replay.kind === 'rewind' && leadsToPresent(replay, move)) {
      void replay.close();
      this.#follow(this.#home, undefined);
      this.#options.onTurn();
      // Keys act on the live cluster again, and what was said of the past is over.
      this.#options.say('live again');
      return;
    }
    if (move.to === 'event' || move.to === 'failure') replay.player.stop();
    switch (move.to) {
      case 'play-or-stop':
        if (replay.player.playing) replay.player.stop();
        else if (replay.playback.atEnd) this.#options.say('this is the end: < goes back');
        else replay.player.play();
        break;
      case 'speed':
        replay.player.changeSpeed(move.by);
        break;
      case 'event':
        void replay.playback.stepEvent(move.by);
        break;
      case 'later':
        void replay.playback.seekBy(move.by);
        break;
      case 'time':
        void replay.playback.seekTime(move.at);
        break;
      case 'share':
        void replay.playback.seekShare(move.share);
        break;
      case 'end':
        void replay.playback.seekEnd();
        break;
      case 'failure':
        void this.#toFailure(replay, move.by);
        break;
    }
  }

  async #toFailure({ playback }: Replay, by: 1 | -1): Promise<void> {
    if (await playback.seekFailure(by)) return;
    this.#options.say(by === 1 ? 'no failure after this time' : 'no failure before this time');
  }

  /** Listens to what is on screen, and to nothing else. */
  #follow(watched: Watched, replay: Replay | undefined): void {
    this.#stopChanges?.();
    this.#stopJumps?.();
    this.#watched = watched;
    this.#replay = replay;
    this.#stopChanges = watched.onChange(() => this.#listener());
    this.#stopJumps = replay?.onJump(() => this.#options.onTurn());
  }
}

/** Beyond the end of what just was lies the present. */
function leadsToPresent({ playback }: Replay, move: Move): boolean {
  if (move.to === 'end') return true;
  if (!playback.atEnd) return false;
  return move.to === 'play-or-stop' || ((move.to === 'later' || move.to === 'event') && move.by > 0);
}
