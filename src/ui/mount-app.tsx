import { render } from 'ink';
import { keepNurserySmall } from '../v8-heap.ts';
import type { ChromeStore } from './chrome/chrome.ts';
import { App } from './components/App.tsx';
import type { Screen } from './terminal/screen.ts';
import type { Theme } from './theme.ts';

/**
 * Hands the chrome to Ink. `debug` makes each commit one plain write into the screen's own stdout, so that Ink never
 * moves a cursor, clears anything, or looks at CI. Loaded late: the first frame does not wait for it.
 */
export function mountApp(screen: Screen, store: ChromeStore, theme: Theme): () => void {
  const app = render(<App store={store} theme={theme} />, {
    stdout: screen.stdout,
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  keepNurserySmall();
  return () => app.unmount();
}
