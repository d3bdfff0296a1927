import { randomUUID } from 'node:crypto';
import type { StreamRecorder } from '../../src/events/stream-recorder.ts';
import type { Command, CommandEntry } from '../../src/monitor/command-log.ts';
import { Monitor } from '../../src/monitor/monitor.ts';
import type { SessionRecorder } from '../../src/monitor/session-recorder.ts';
import type { Event } from '../../src/protocol/event.ts';
import { State } from '../../src/state/state.ts';
import type { Task } from '../../src/state/task.ts';
import { open } from '../../src/transport/connect.ts';
import { runPython } from './celery-worker.ts';
import { until } from './process-group.ts';

/** Far more than anything here takes: it ends a test that hangs, and a request must not last that long. */
export const hangMs = 60_000;

/** A monitor as the screen has it, on a real broker, that remembers every event it was given. */
export type LiveMonitor = {
  readonly monitor: Monitor;
  /** In the order in which they arrived. */
  readonly events: readonly Event[];
  /** Sends a command and resolves when its entry is done. */
  command(command: Omit<Command, 'label'>): Promise<CommandEntry>;
  /** Resolves with the task when it is as wanted. */
  untilTask(uuid: string, wanted: string | ((task: Task) => boolean)): Promise<Task>;
  untilEvent(what: string, wanted: (event: Event) => boolean): Promise<Event>;
  close(): Promise<void>;
};

/** Resolves at once, connected or not. */
export async function openMonitor(
  broker: string,
  options: { timeout?: number; maxTasks?: number; recorder?: SessionRecorder; ring?: StreamRecorder } = {},
): Promise<LiveMonitor> {
  const events: Event[] = [];
  const transport = await open(broker);
  const state = new State({ callback: (_state, event) => void events.push(event) });
  const { timeout = 30, recorder, ring } = options;
  const recorded = {
    ...(recorder === undefined ? {} : { recorder }),
    ...(ring === undefined ? {} : { ring }),
  };
  const monitor = new Monitor({ transport, state, timeout, brokerLabel: 'test', demo: false, ...recorded });
  monitor.start();
  return {
    monitor,
    events,
    async command(command) {
      const entry = monitor.send({ ...command, label: command.method });
      await until(`${command.method} to be done`, () => entry.state === 'done', hangMs);
      return entry;
    },
    untilTask(uuid, wanted) {
      const check = (): Task | undefined => {
        const task = state.tasks.get(uuid);
        if (task === undefined) return undefined;
        return (typeof wanted === 'string' ? task.state === wanted : wanted(task)) ? task : undefined;
      };
      return until(`task ${uuid} to be ${wanted}`, check, hangMs).catch((error: Error) => {
        const seen = events.filter((event) => event.uuid === uuid).map(({ type }) => type);
        throw new Error(`${error.message} Its events: ${seen.join(', ') || 'none'}.`);
      });
    },
    untilEvent: (what, wanted) => until(what, () => events.find(wanted), hangMs),
    async close() {
      await monitor.close();
      await transport.close();
    },
  };
}

/** Resolves when the monitor listens and hears these workers. */
export async function untilOnline({ monitor }: LiveMonitor, ...hostnames: string[]): Promise<void> {
  await until(
    `${hostnames.join(', ')} to be online`,
    () => hostnames.every((hostname) => monitor.workers.get(hostname)?.lastBeat !== undefined),
    hangMs,
  );
}

/** What the result backend stores of a task, with `result` as Celery's events would write it. */
export type StoredResult = {
  status: string;
  result: string;
  traceback: string | null;
  /** Seconds since the epoch; null while it is not done. */
  dateDone: number | null;
  parentId: string | null;
  retries: number | null;
  worker: string | null;
};

const readResults = `
import json, sys
from datetime import datetime, timezone
from celery.utils.saferepr import saferepr
from proj import app

def seconds(done):
    if done is None: return None
    moment = datetime.fromisoformat(done) if isinstance(done, str) else done
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()

def stored(id):
    meta = app.backend.get_task_meta(id)
    return {
        'status': meta['status'],
        'result': saferepr(meta.get('result'), 1024),
        'traceback': meta.get('traceback'),
        'dateDone': seconds(meta.get('date_done')),
        'parentId': meta.get('parent_id'),
        'retries': meta.get('retries'),
        'worker': meta.get('worker'),
    }

print(json.dumps({id: stored(id) for id in json.load(sys.stdin)}))
`;

/** Asks the result backend about many tasks at once. */
export async function storedResults(
  broker: string,
  ids: readonly string[],
): Promise<Record<string, StoredResult>> {
  const { status, stdout, stderr } = await runPython(broker, readResults, JSON.stringify(ids));
  if (status !== 0) throw new Error(`The result backend could not be read: ${stderr}`);
  return JSON.parse(stdout) as Record<string, StoredResult>;
}

/** Celery's own `saferepr` of JSON values: what events say of arguments and results. */
export async function safeReprs(broker: string, values: readonly unknown[]): Promise<string[]> {
  const code = `
import json, sys
from celery.utils.saferepr import saferepr
print(json.dumps([saferepr(value, 1024) for value in json.load(sys.stdin)]))
`;
  const { status, stdout, stderr } = await runPython(broker, code, JSON.stringify(values));
  if (status !== 0) throw new Error(`saferepr failed: ${stderr}`);
  return JSON.parse(stdout) as string[];
}

export function newUuid(): string {
  return randomUUID();
}
