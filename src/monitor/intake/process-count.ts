import { LossVerdict } from './loss-verdict.ts';
import { type Mark, StartMarks } from './start-marks.ts';
import { type ByType, isCount, type TaskTotals } from './task-totals.ts';

/** No worker starts more tasks in a second; what claims to is broken or hostile. */
const mostStarts = 50_000;
/** So many tasks from one heartbeat to the next without one event of them: then events are off, and nothing was lost. */
const quietTasks = 5;
/** Seconds of distrust after heartbeats of one process contradicted each other. */
const distrust = 60;
/** Seconds without another sign after which a heartbeat is judged as it is. */
const patience = 3;
/** Seconds after a gap within which a reply to `stats` must come to be waited for. */
const replyPatience = 15;
/** Seconds between questions for the totals by type: longer each time that they told nothing new. */
const askEvery = { least: 5, most: 60, withoutBeats: 30 } as const;

/**
 * Compares what one worker process says that it has started with the starts that arrived. Both grow by one in the same
 * moment (celery/worker/request.py:Request.on_accepted), and heartbeats and starts carry the clock of the process, so
 * that `processed` of a heartbeat is exactly the number of starts with a smaller clock. A heartbeat is judged when a
 * younger task event has come, or the next heartbeat: starts may wait in the worker's buffer until then.
 *
 * What is missing was lost, or is of tasks that send no events: only the totals by type of `stats` tell which.
 */
export class ProcessCount {
  readonly pid: number | undefined;
  /** It sends task events now, as far as they tell. */
  sends = false;
  /** It tells its count in worker-online or worker-heartbeat. */
  beats = false;
  /** Its worker-online was seen. */
  began = false;
  /** When it was heard of first, in seconds. */
  readonly metAt: number;
  /** When it last was the one of its name to speak, in seconds. */
  lastSign: number;
  readonly verdict: LossVerdict;
  readonly #marks = new StartMarks();
  #isJudged = true;
  /** The clock beyond which a task event shows that all before a mark has come. */
  #awaited = Number.POSITIVE_INFINITY;
  #lastTaskClock = -1;
  #beatClock = -1;
  /** Task events came that are younger than the last heartbeat, and ones between it and the heartbeat before it. */
  #spokeAfter = false;
  #spokeBefore = false;
  /** By how much the count grew between those two; 0 where a gap or a reconnection explains a silence. */
  #growth = 0;
  #isOff = false;
  #isBornInGap = false;
  /** From the next heartbeat on, whose totals are known. */
  #beginsAnew = false;
  #distrustedUntil = 0;
  #gapEndedAt = 0;
  #repliedAt = 0;
  #askAt = 0;
  #askDelay: number = askEvery.least;

  constructor(pid: number | undefined, types: TaskTotals, sending: ByType, at: number) {
    this.pid = pid;
    this.metAt = at;
    this.lastSign = at;
    this.verdict = new LossVerdict(types, sending);
  }

  /** @param types a copy of those of this process @param sending likewise */
  clone(types: TaskTotals, sending: ByType): ProcessCount {
    const copy = new ProcessCount(this.pid, types, sending, this.metAt);
    copy.sends = this.sends;
    copy.beats = this.beats;
    copy.began = this.began;
    copy.lastSign = this.lastSign;
    copy.verdict.copyFrom(this.verdict);
    copy.#marks.copyFrom(this.#marks);
    copy.#isJudged = this.#isJudged;
    copy.#awaited = this.#awaited;
    copy.#lastTaskClock = this.#lastTaskClock;
    copy.#beatClock = this.#beatClock;
    copy.#spokeAfter = this.#spokeAfter;
    copy.#spokeBefore = this.#spokeBefore;
    copy.#growth = this.#growth;
    copy.#isOff = this.#isOff;
    copy.#isBornInGap = this.#isBornInGap;
    copy.#beginsAnew = this.#beginsAnew;
    copy.#distrustedUntil = this.#distrustedUntil;
    copy.#gapEndedAt = this.#gapEndedAt;
    copy.#repliedAt = this.#repliedAt;
    copy.#askAt = this.#askAt;
    copy.#askDelay = this.#askDelay;
    return copy;
  }

  get starts(): number {
    return this.#marks.starts;
  }

  /** Whether its count is being compared: from its first heartbeat after its first task event. */
  get isCompared(): boolean {
    return this.#marks.base !== undefined;
  }

  /** It runs tasks and sends no task events. */
  get isOff(): boolean {
    return this.#isOff;
  }

  /** A task event of this process; called for each of them. */
  taskEvent(clock: number, isStart: boolean): void {
    if (clock > this.#beatClock) this.#spokeAfter = true;
    else this.#spokeBefore = true;
    this.sends = true;
    if (isStart) this.#marks.start(clock);
    if (clock <= this.#lastTaskClock) return;
    this.#lastTaskClock = clock;
    if (clock > this.#awaited) this.#sealed(clock);
  }

  /** worker-online, worker-heartbeat, worker-offline; `begins` for the first. */
  beat(clock: number, processed: unknown, at: number, begins: boolean): void {
    if (!isCount(processed)) return;
    this.beats = true;
    if (begins) this.began = true;
    const last = this.#marks.beat;
    if (last !== undefined) {
      if (follows(last, clock, processed, at)) this.#judge(last);
      else this.#contradicted(at, begins);
    }
    const isUnbroken = last !== undefined && !begins && last.at >= this.#gapEndedAt;
    this.#growth = isUnbroken ? processed - last.processed : 0;
    this.#spokeBefore = this.#spokeAfter;
    this.#spokeAfter = false;
    const { reply } = this.#marks;
    if (reply !== undefined && clock > reply.clock) this.#replySealed(reply);
    this.#marks.set('beat', clock, processed, at);
    this.#beatClock = clock;
    this.#isJudged = false;
    if (this.#beginsAnew && !this.verdict.isQuestioned) this.#restart();
    this.#beginsAnew = false;
    if (!this.isCompared && this.sends && !this.isDistrusted(at)) this.#compareFrom(this.#marks.beat);
    this.#await();
  }

  /** The reply to `stats`: its clock, and how often each type was run. */
  totals(clock: number, counts: ByType, at: number): void {
    const processed = counts.reduce((sum, count) => sum + count, 0);
    if (!isCount(processed)) return;
    this.#repliedAt = at;
    const isFirst = this.verdict.addTotals(clock, counts);
    this.#marks.set('reply', clock, processed, at);
    const { reply } = this.#marks;
    if (!this.verdict.afterGap && !this.beats && this.sends) {
      this.#restart();
      this.#compareFrom(reply);
    } else if (isFirst && !this.verdict.isQuestioned) {
      // Until the next heartbeat it stays compared: what a gap takes before that would go by untold.
      this.#beginsAnew = true;
    }
    if (clock < this.#lastTaskClock) this.#replySealed(reply);
    this.#settle();
    this.#await();
  }

  /** We hear again after we were deaf: what is missing now was lost, unless something else explains it. */
  gapEnded(at: number): void {
    const { beat } = this.#marks;
    if (beat !== undefined) this.#judge(beat);
    this.verdict.gapEnded();
    this.#marks.clear('reply');
    this.#gapEndedAt = at;
    this.#askAt = at;
    this.#askDelay = askEvery.least;
    this.#await();
  }

  /** It began while we were deaf: all that it counts went by untold. */
  bornInGap(sends: boolean): void {
    if (this.#isBornInGap) return;
    this.#isBornInGap = true;
    this.sends = sends;
    this.verdict.gapEnded();
    this.#compareFrom({ clock: -1, processed: 0, starts: 0, at: this.#gapEndedAt });
  }

  /** Task events were switched by a command: what ran in between cannot be told from what was lost. */
  eventsSwitched(): void {
    this.#restart();
  }

  /** Once a second. */
  tick(now: number): void {
    const { beat } = this.#marks;
    if (beat !== undefined && now - beat.at > patience) this.#judge(beat);
    // Whoever does not answer is left at its estimate.
    const gaveUp = now > this.#gapEndedAt + replyPatience && this.#repliedAt < this.#gapEndedAt;
    if (this.verdict.afterGap && this.verdict.isAgreed && gaveUp) {
      this.verdict.freeze();
      this.#restart();
    }
  }

  /** Whether a reply to `stats` would tell more now. That it was asked for is noted. */
  wantsTotals(now: number): boolean {
    if (now < this.#askAt) return false;
    const isDeaf = this.verdict.afterGap && this.#repliedAt < this.#gapEndedAt;
    const isOpen = isDeaf || this.verdict.wantsTotals;
    const lacksBeats = !this.beats && this.sends && now > this.metAt + askEvery.withoutBeats;
    if (!isOpen && !lacksBeats) return false;
    this.#askAt = now + (isOpen ? this.#askDelay : askEvery.withoutBeats);
    if (isOpen) this.#askDelay = Math.min(askEvery.most, this.#askDelay * 2);
    return true;
  }

  /** Its heartbeats contradict each other: most likely two workers have one name. */
  isDistrusted(now: number): boolean {
    return now < this.#distrustedUntil;
  }

  #sealed(clock: number): void {
    const { beat, reply } = this.#marks;
    if (reply !== undefined && clock > reply.clock) this.#replySealed(reply);
    if (beat !== undefined && clock > beat.clock) this.#judge(beat);
    this.#await();
  }

  #judge(beat: Mark): void {
    if (this.#isJudged) return;
    this.#isJudged = true;
    if (this.#growth >= quietTasks) this.#isOff = !this.#spokeBefore;
    if (this.#isOff) {
      this.sends = this.#spokeAfter;
      this.#restart();
    }
    const { base } = this.#marks;
    if (base === undefined || beat.clock <= base.clock) return;
    this.verdict.judge(beat.clock, beat.processed - base.processed, this.#marks.missing(beat));
    this.#settle();
  }

  #replySealed(reply: Mark | undefined): void {
    if (reply === undefined) return;
    if (this.isCompared) this.verdict.estimate(this.#marks.missing(reply));
    this.#marks.clear('reply');
  }

  #settle(): void {
    if (this.verdict.settle(this.#lastTaskClock)) this.#askDelay = askEvery.least;
  }

  /** After worker-online it is a new process with the old pid, as in containers; otherwise there are two of them. */
  #contradicted(at: number, begins: boolean): void {
    if (!begins) this.#distrustedUntil = at + distrust;
    this.#isJudged = true;
    this.#restart();
  }

  #compareFrom(mark: Mark | undefined): void {
    if (mark !== undefined) this.#marks.beginAt(mark);
  }

  #restart(): void {
    this.#marks.clear('base');
    this.verdict.restart();
  }

  #await(): void {
    const { beat, reply } = this.#marks;
    const ofBeat = beat === undefined || this.#isJudged ? Number.POSITIVE_INFINITY : beat.clock;
    this.#awaited = Math.min(ofBeat, reply?.clock ?? Number.POSITIVE_INFINITY);
  }
}

function follows(last: Mark, clock: number, processed: number, at: number): boolean {
  const growth = processed - last.processed;
  return clock > last.clock && growth >= 0 && growth <= mostStarts * (Math.max(0, at - last.at) + 10);
}
