import type { Context } from '../../presentation/context.ts';
import type { Line, Span } from '../../presentation/line.ts';
import { fillLine, lineWidth, spreadLine } from '../../presentation/line-layout.ts';
import { shortTaskName, shortUuid } from '../../presentation/short-name.ts';
import { textWidth } from '../../presentation/text.ts';
import { widthClass } from '../../presentation/width-class.ts';
import { taskTabs, topScreens } from '../model/screens.ts';
import { frameOf, type TaskFrame, type ViewState } from '../model/view-state.ts';

/** Line 2: the views at the top, the way back down when drilled in. */
export function tabsLine(view: ViewState, width: number, context: Context): Line {
  const frame = frameOf(view);
  if (view.stack.length === 1) return tabs(frame.screen, width, context);
  const crumb = ` ${context.glyphs.crumb} `;
  const top = topScreens.find((screen) => screen.id === view.stack[0].screen);
  const left: Span[] = [{ text: ` ${top?.digit ?? ''} ${top?.title ?? ''}` }];
  if (frame.screen === 'worker') return crumbs(left, [frame.hostname], [], crumb, width, context);
  if (frame.screen === 'tasks' && frame.type !== undefined) {
    const name = shortTaskName(frame.type, Math.floor(width / 2), context.glyphs.ellipsis);
    return crumbs(left, [name, 'Tasks'], [], crumb, width, context);
  }
  if (frame.screen !== 'task') return tabs(frame.screen, width, context);
  const { title } = taskTabs.find((tab) => tab.id === frame.tab) ?? taskTabs[0];
  const wide = width >= 119;
  const name = typeof frame.task.name === 'string' ? frame.task.name : 'unnamed task';
  const names = wide
    ? [name, frame.uuid]
    : [shortTaskName(name, 24, context.glyphs.ellipsis), shortUuid(frame.uuid)];
  return crumbs(left, [...names, title], positions(frame), crumb, width, context);
}

/** Where it stands in its list, from the longest form to the shortest: the crumbs are whole before it is. */
function positions(frame: TaskFrame): readonly string[] {
  const at = frame.siblings.findIndex((task) => task.uuid === frame.uuid);
  if (at < 0) return [];
  const place = `${at + 1} of ${frame.siblings.length}`;
  const filter = frame.filter === '' ? '' : ` (${frame.filter})`;
  return [`${place}${filter}  J/K next/prev`, `${place}${filter}`, `${place}  J/K next/prev`, place];
}

function crumbs(
  left: readonly Span[],
  names: readonly string[],
  rights: readonly string[],
  crumb: string,
  width: number,
  context: Context,
): Line {
  const spans: Span[] = [...left];
  for (const [index, name] of names.entries()) {
    spans.push({ text: crumb, tone: 'muted' });
    spans.push(index === names.length - 1 ? { text: name, tone: 'strong' } : { text: name });
  }
  const room = width - lineWidth(spans) - 2;
  const right = rights.find((text) => textWidth(text) <= room) ?? '';
  return spreadLine(spans, [{ text: right, tone: 'muted' }], width, context);
}

function tabs(active: string, width: number, context: Context): Line {
  const kind = widthClass(width);
  if (kind === 'tiny' || kind === 'too small') {
    const at = topScreens.findIndex((screen) => screen.id === active);
    const text = ` ${at + 1}/${topScreens.length} ${topScreens[at]?.title ?? ''}`;
    return fillLine([{ text, tone: 'strong' }], width, context);
  }
  const spans = topScreens.map((screen): Span => {
    const title = kind === 'small' ? screen.title.slice(0, 3) : screen.title;
    const text = `${screen.digit ?? ''} ${title}`;
    return screen.id === active ? { text: `[${text}]`, tone: 'selected' } : { text: ` ${text} ` };
  });
  return fillLine(spans, width, context);
}
