import { pathToFileURL } from 'node:url';
import type * as Library from '../../src/index.ts';

/** The program without its screen: the built library receives the same events into the same model, and that is all. */
const [library = '', url = ''] = process.argv.slice(2);
const { connect, Receiver, State }: typeof Library = await import(pathToFileURL(library).href);
const broker = await connect(url);
const state = new State();
const receiver = new Receiver(broker, {
  handlers: {
    '*': (event) => {
      state.event(event);
    },
  },
  onReady: () => process.stdout.write('ready\n'),
});
process.once('SIGTERM', () => process.stdout.write(`${state.eventCount}\n`, () => process.exit(0)));
await receiver.capture({ wakeup: true });
