import { pathToFileURL } from 'node:url';
import type * as Library from '../../src/index.ts';
import type { ReaderOptions } from './reader-options.ts';

/** The program without its screen: the built library receives into the same model, and that is all. */
const [library = '', given = '{}'] = process.argv.slice(2);
const { url, step, maxTasks } = JSON.parse(given) as ReaderOptions;
const { connect, Receiver, State }: typeof Library = await import(pathToFileURL(library).href);
const broker = await connect(url);
const state = new State({ maxTasksInMemory: maxTasks });
let isReady = false;
let heartbeats = 0;
const receiver = new Receiver(broker, {
  handlers: {
    'worker-heartbeat': (event) => {
      heartbeats += 1;
      if (!isReady) say('ready');
      isReady = true;
      state.event(event);
    },
    '*': (event) => {
      state.event(event);
      if ((state.eventCount - heartbeats) % step === 0) say(state.eventCount - heartbeats);
    },
  },
});
process.once('SIGTERM', () => process.stdout.write(`${state.eventCount}\n`, () => process.exit(0)));
// Started with --expose-gc, it can throw away what nobody holds on to, so that what is left is what events cost.
process.on('SIGUSR2', () => {
  for (let round = 0; round < 4; round++) globalThis.gc?.();
  say('collected');
});
await receiver.capture({ wakeup: true });

function say(word: string | number): void {
  process.stdout.write(`${word}\n`);
}
