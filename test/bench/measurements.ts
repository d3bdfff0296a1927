import type { Cluster } from './cluster.ts';
import { cpuShare } from './cpu-share.ts';
import { dump } from './dump.ts';
import type { Figure } from './figure.ts';
import { firstFrame } from './first-frame.ts';
import { fold } from './fold.ts';
import { intake } from './intake.ts';
import { keepUp } from './keep-up.ts';
import { keyLatency } from './key-latency.ts';
import { memory } from './memory.ts';
import { memoryBudget } from './memory-budget.ts';
import { queries } from './queries.ts';
import { replay } from './replay.ts';
import { screenBytes } from './screen-bytes.ts';
import { screenShare } from './screen-share.ts';
import { soak } from './soak.ts';
import { sqliteCamera } from './sqlite-camera.ts';
import { stalledTerminal } from './stalled-terminal.ts';
import { statisticsCost } from './statistics-cost.ts';
import { status } from './status.ts';
import { taskMemory } from './task-memory.ts';

export interface Measurement {
  /** One line for the help. */
  readonly about: string;
  readonly run: (cluster: Cluster, options: { readonly minutes: number }) => Promise<readonly Figure[]>;
  /** Takes too long to be done unasked. */
  readonly onlyOnRequest?: true;
}

/** All that can be measured, in the order in which it is done. */
export const measurements: Readonly<Record<string, Measurement>> = {
  fold: { about: "State.event against Celery's, below and beyond the task limit", run: fold },
  intake: {
    about: "events from both brokers' bytes to the State, against Celery and the physical limit",
    run: intake,
  },
  dump: { about: '--dump into a file against celery events --dump, both brokers', run: dump },
  screen: {
    about: 'what the screen at 140x40 adds to the CPU of the library, both brokers',
    run: screenShare,
  },
  tasks: { about: 'memory per task, and of the program with 100,000 and 1,000,000 tasks', run: taskMemory },
  budget: { about: 'memory with --memory 256M under a load that never ends', run: memoryBudget },
  queries: { about: 'any filter, order and group over 100,000 and 1,000,000 tasks', run: queries },
  'keep-up': {
    about: 'events lost in a minute of 20,000 a second, both brokers, and what Celery loses',
    run: keepUp,
  },
  replay: { about: 'jumps to any place of a recording of 1,000,000 events', run: replay },
  statistics: { about: 'what counting runs and their percentiles costs an event', run: statisticsCost },
  camera: {
    about: '--camera sqlite with 1,000,000 tasks in memory, a shot each second',
    run: sqliteCamera,
  },
  status: { about: '`stalk status` against `celery status` with three workers, both brokers', run: status },
  cpu: { about: 'what the screen at 200x60 and 10 frames a second costs', run: cpuShare },
  keys: { about: 'from a key to the frame that shows it, under load', run: keyLatency },
  start: { about: 'from the start of the process to the first frames', run: firstFrame },
  memory: { about: 'memory after start', run: memory },
  stall: {
    about: 'a terminal that takes nothing, one that is slow, and SIGTERM meanwhile',
    run: stalledTerminal,
  },
  bytes: { about: 'bytes to the terminal', run: screenBytes },
  soak: {
    about: '2,000 events a second for --minutes (30): memory, lag, loss, keys; only with --only soak',
    run: soak,
    onlyOnRequest: true,
  },
};
