import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type * as Library from '../../src/index.ts';
import type { FoldOptions } from './fold-options.ts';

/** `State.event` alone: lists are parsed while the clock stands still, and folded while it runs. */
const [library = '', given = '{}'] = process.argv.slice(2);
const { file, maxTasks, before } = JSON.parse(given) as FoldOptions;
/** Few enough that a list is as young when it is folded as it is when it comes from a socket. */
const listsAtOnce = 100;
const { State }: typeof Library = await import(pathToFileURL(library).href);
const lines = readFileSync(file, 'latin1').trimEnd().split('\n');
const state = new State({ maxTasksInMemory: maxTasks });
let microseconds = 0;
let events = 0;

for (let at = 0; at < lines.length; at += listsAtOnce) {
  const parsed = lines.slice(at, at + listsAtOnce).flatMap(parse);
  const isMeasured = state.eventCount >= before;
  const start = process.cpuUsage();
  for (const event of parsed) state.event(event);
  const { user, system } = process.cpuUsage(start);
  if (!isMeasured) continue;
  microseconds += user + system;
  events += parsed.length;
}
process.stdout.write(JSON.stringify({ eventsPerCpuSecond: (events / microseconds) * 1e6 }));

function parse(line: string): Library.Event[] {
  const list = JSON.parse(line) as Library.Event[];
  for (const event of list) event.local_received = Number(event.timestamp) + 0.001;
  return list;
}
