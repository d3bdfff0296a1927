import { createContext } from '../../presentation/context.ts';
import { momentStart, parseMoment } from '../../presentation/filter/moment.ts';
import { parseDuration } from '../../presentation/filter/quantity.ts';
import type { ActionId } from '../input/actions.ts';
import type { Move, Step } from './effect.ts';
import { follow } from './reduce-list.ts';
import { say } from './stack.ts';
import type { ViewContext } from './view-context.ts';
import { frameOf, type Overlay, type ViewState, withFrame } from './view-state.ts';

/** How far `<` and `>` go, in seconds. */
const usualSkip = 10;

const moves: Partial<Record<ActionId, Move>> = {
  play: { to: 'play-or-stop' },
  'event-forward': { to: 'event', by: 1 },
  'event-back': { to: 'event', by: -1 },
  'seconds-forward': { to: 'later', by: usualSkip },
  'seconds-back': { to: 'later', by: -usualSkip },
  'failure-forward': { to: 'failure', by: 1 },
  'failure-back': { to: 'failure', by: -1 },
  faster: { to: 'speed', by: 1 },
  slower: { to: 'speed', by: -1 },
  'playback-end': { to: 'end' },
};

/** What an action does to the time that is on screen; undefined for one that does nothing to it. */
export function reducePlayback(view: ViewState, id: ActionId): Step | undefined {
  if (id === 'percent') return { view: { ...view, overlay: { kind: 'percent', digits: '' } }, effects: [] };
  // `p` plays in the past; the menus have the pause of the present too.
  if (view.playback !== undefined && id === 'pause') return reducePlayback(view, 'play');
  if (id === 'rewind') return back(view, usualSkip);
  const move = moves[id];
  return move === undefined ? undefined : moving(view, move);
}

/** From the present into what just was, and further back from there. */
function back(view: ViewState, seconds: number): Step {
  if (view.playback === undefined) return { view, effects: [{ kind: 'rewind', seconds }] };
  return moving(view, { to: 'later', by: -seconds });
}

/** Whoever wants to see another time lets go of the rows of this one; to stop time is to look at them. */
function moving(view: ViewState, move: Move): Step {
  const frame = frameOf(view);
  const staysHere = move.to === 'play-or-stop' || move.to === 'speed';
  const shown = frame.screen === 'tasks' && !staysHere ? withFrame(view, follow(frame)) : view;
  return { view: shown, effects: [{ kind: 'move', move }] };
}

/** `%` and digits: each of them goes there at once; three are a hundred. */
export function keyInPercent(
  view: ViewState,
  overlay: Extract<Overlay, { kind: 'percent' }>,
  key: string,
): Step {
  const digits = key === 'backspace' ? overlay.digits.slice(0, -1) : overlay.digits + key;
  if (!/^(\d{0,2}|100)$/.test(digits)) return { view: { ...view, overlay: undefined }, effects: [] };
  const open = { ...view, overlay: digits === '100' ? undefined : { ...overlay, digits } };
  if (digits === '') return { view: open, effects: [] };
  return moving(open, { to: 'share', share: Number(digits) / 100 });
}

/** `:at 13:45`, `:at -5m` from the time that is on screen, `:at 50%`. */
export function goToTime(view: ViewState, text: string, context: ViewContext): Step {
  if (view.playback === undefined)
    return complain(view, 'at: only in a replay; :rewind goes back from here', context);
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text);
  if (percent !== null && Number(percent[1]) <= 100) {
    return moving(view, { to: 'share', share: Number(percent[1]) / 100 });
  }
  const parsed = parseMoment(text);
  if (!parsed.ok) return complain(view, `at: ${parsed.message}`, context);
  const { localOffset } = createContext({ now: context.now, ascii: view.ascii, timeMode: view.timeMode });
  const zoneOffset = view.timeMode === 'local' ? localOffset : (): number => 0;
  const at = momentStart(parsed.moment, 'nearest', { now: () => context.now, zoneOffset });
  return moving(view, { to: 'time', at });
}

/** `:rewind 5m` */
export function rewindBy(view: ViewState, text: string, context: ViewContext): Step {
  if (text === '') return back(view, usualSkip);
  const span = parseDuration(text.replace(/^-/, ''));
  if (!span.ok) return complain(view, `rewind: ${span.message}`, context);
  return back(view, span.value);
}

function complain(view: ViewState, text: string, context: ViewContext): Step {
  return { view: say(view, text, context.nowMs, 'warn'), effects: [] };
}
