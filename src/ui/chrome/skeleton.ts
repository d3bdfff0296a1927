import { createContext } from '../../presentation/context.ts';
import { fillLine } from '../../presentation/line-layout.ts';
import { initialView } from '../model/view-state.ts';
import type { Config } from '../ui-config.ts';
import type { ScreenSize } from './build-chrome.ts';
import type { Chrome } from './chrome.ts';
import { hintsLine } from './hints-line.ts';
import { statusLine } from './status-line.ts';
import { tabsLine } from './tabs-line.ts';
import { parseTransport } from './transport-label.ts';

/** What the first frame shows, before anything is known but where we are going. */
export function skeletonChrome(
  {
    config,
    brokerLabel,
    demo,
  }: { readonly config: Config; readonly brokerLabel: string; readonly demo: boolean },
  size: ScreenSize,
): Chrome {
  const width = size.columns - 1;
  const nowMs = Date.now();
  const context = createContext({ now: nowMs / 1000, ascii: config.ascii, timeMode: config.timeMode });
  const view = initialView(config);
  const status = statusLine(
    {
      name: config.name,
      transport: parseTransport(brokerLabel),
      brokerLabel,
      demo,
      connection: { kind: 'connecting', attempt: 1 },
      pausedEvents: undefined,
      eventsPerSecond: 0,
      lag: undefined,
      completeness: undefined,
      quiet: undefined,
      alive: 0,
      workers: 0,
      tasks: 0,
      failures: 0,
      undecodable: 0,
      shed: { texts: 0, tasks: 0 },
      readonly: config.readonly,
      recording: 'off',
      slowLink: undefined,
      nowMs,
    },
    width,
    context,
  );
  const above = [
    status,
    tabsLine(view, width, context),
    fillLine([{ text: ` connecting to ${brokerLabel}`, tone: 'muted' }], width, context),
  ];
  return {
    width,
    ascii: config.ascii,
    above,
    hasBody: true,
    panel: undefined,
    dialog: undefined,
    below: [hintsLine(view, width, context)],
  };
}
