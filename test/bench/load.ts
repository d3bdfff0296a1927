import { createInterface } from 'node:readline';
import { EventStream } from './event-stream.ts';
import {
  type LoadAnswer,
  type LoadOptions,
  type LoadRequest,
  type LoadTotals,
  loadDefaults,
  markerName,
} from './load-options.ts';
import { openPublisher } from './publisher.ts';

/**
 * The cluster of the bench, in a process of its own: publishes what Celery's workers would, in their wire format, at a
 * steady rate or when asked, until its stdin ends; then it lets every task end and prints what it sent.
 */
const given = JSON.parse(process.argv[2] ?? '{}') as LoadOptions;
const { url, eventsPerSecond, firstEvents = 0, listLength, shape } = { ...loadDefaults, ...given };
const heartbeatMs = 2_000;
const pumpMs = 10;
/** A broker that does not take the rate is given no more bytes than this in advance. */
const mostBacklog = 512 * 1024;
/** What could not be sent for longer than this is not made up for: it would come all at once. The totals tell. */
const mostOwedSeconds = 0.25;
const stream = new EventStream({ shape, listLength });
const publisher = await openPublisher(url);

let pace = { eventsPerSecond: eventsPerSecond ?? 0, sinceMs: 0, lists: 0 };
let rate: number | undefined;

sendLists(Math.ceil(firstEvents / listLength));
await publisher.settled();
const startedMs = performance.now();
const before = stream.events;
pace.sinceMs = startedMs;
const timers: NodeJS.Timeout[] = [];
if (eventsPerSecond !== undefined) {
  // A cluster without work: nothing that was begun goes on for ever.
  if (eventsPerSecond === 0) letTasksEnd();
  beat();
  timers.push(setInterval(beat, heartbeatMs), setInterval(pump, pumpMs));
}
const requests = createInterface(process.stdin);
let answered = Promise.resolve();
requests.on('line', (line) => {
  answered = answered.then(() => answer(JSON.parse(line) as LoadRequest));
});
requests.once('close', () => void answered.then(finish));

function pump(): void {
  const listsPerSecond = pace.eventsPerSecond / listLength;
  const due = Math.floor(((performance.now() - pace.sinceMs) / 1000) * listsPerSecond);
  const most = Math.ceil(mostOwedSeconds * listsPerSecond);
  pace.lists = Math.max(pace.lists, due - most);
  if (publisher.backlog > mostBacklog) return;
  sendLists(due - pace.lists);
  pace.lists = due;
}

function sendLists(count: number): void {
  for (let list = 0; list < count; list++) publisher.publish(stream.next(Date.now() / 1000));
  publisher.flush();
}

function beat(): void {
  for (const message of stream.heartbeats(Date.now() / 1000)) publisher.publish(message);
  publisher.flush();
}

function letTasksEnd(): void {
  for (const message of stream.rest(Date.now() / 1000)) publisher.publish(message);
  publisher.flush();
}

async function answer(request: LoadRequest): Promise<void> {
  switch (request.do) {
    case 'burst':
      sendLists(Math.ceil(request.events / listLength));
      break;
    case 'beat':
      beat();
      break;
    case 'pace':
      pace = { eventsPerSecond: request.eventsPerSecond, sinceMs: performance.now(), lists: 0 };
      break;
    case 'halt':
      halt();
      break;
    case 'count':
      break;
  }
  if (request.do !== 'count') await publisher.settled();
  const reached: LoadAnswer = { events: stream.events };
  process.stdout.write(`${JSON.stringify(reached)}\n`);
}

function halt(): void {
  if (rate !== undefined) return;
  for (const timer of timers) clearInterval(timer);
  rate = ((stream.events - before) * 1000) / (performance.now() - startedMs);
  publisher.publish(stream.marker(markerName, Date.now() / 1000));
  publisher.flush();
}

async function finish(): Promise<void> {
  halt();
  letTasksEnd();
  // With it the counts of a worker are what they are at the end.
  if (eventsPerSecond !== undefined) beat();
  await publisher.settled();
  const report: LoadTotals = { events: stream.events, tasks: stream.tasks, eventsPerSecond: rate ?? 0 };
  process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
}
