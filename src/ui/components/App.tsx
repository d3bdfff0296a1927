import { Box, Text } from 'ink';
import { type ReactElement, useSyncExternalStore } from 'react';
import type { Line } from '../../presentation/line.ts';
import { type Chrome, type ChromeStore, slots } from '../chrome/chrome.ts';
import { slotLine } from '../terminal/compose.ts';
import { type Theme, toAnsi } from '../theme.ts';

/**
 * The chrome: a few lines above and below the live body, and the dialog between them. The body itself and the upper
 * lines, whose counters change with every event, never pass through React: their places are marker lines that the
 * screen replaces with rows painted from the model.
 */
export function App({ store, theme }: { readonly store: ChromeStore; readonly theme: Theme }): ReactElement {
  const chrome: Chrome = useSyncExternalStore(store.subscribe, store.snapshot);
  return (
    <Box flexDirection="column" width={chrome.width}>
      <Text>{slotLine(slots.above, chrome.above.length)}</Text>
      {chrome.hasBody ? <Text>{slotLine(slots.body)}</Text> : null}
      {chrome.panel === undefined ? null : <Rows lines={chrome.panel.lines} theme={theme} />}
      {chrome.dialog === undefined ? null : (
        <Box
          flexDirection="column"
          width={chrome.dialog.width}
          marginLeft={chrome.dialog.left}
          borderStyle={chrome.ascii ? 'classic' : 'single'}
          paddingX={1}
        >
          <Rows lines={chrome.dialog.lines} theme={theme} />
        </Box>
      )}
      <Rows lines={chrome.below} theme={theme} />
    </Box>
  );
}

function Rows({ lines, theme }: { readonly lines: readonly Line[]; readonly theme: Theme }): ReactElement {
  return (
    <>
      {lines.map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place, it has no other identity
        <Text key={row} wrap="truncate">
          {toAnsi(line, theme) || ' '}
        </Text>
      ))}
    </>
  );
}
