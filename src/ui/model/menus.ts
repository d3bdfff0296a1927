import { type Action, keysLabel } from '../input/actions.ts';
import { actionsOf } from '../input/dispatch.ts';
import { disabledReason } from './availability.ts';
import { screenHere } from './here.ts';
import { type MenuItem, ranked } from './menu.ts';
import { savedFilters, savedNames } from './saved-filters.ts';
import type { ViewContext } from './view-context.ts';
import type { ViewState } from './view-state.ts';
import { parseCommand, wordCommands } from './words.ts';

function actionItem(view: ViewState, entry: Action, context: ViewContext): MenuItem {
  return {
    text: entry.id.replaceAll('-', ' '),
    title: entry.title,
    keys: keysLabel(entry),
    disabled: disabledReason(view, entry.id, context),
    effect: { kind: 'run', action: entry.id },
    takesWords: false,
  };
}

function here(view: ViewState): readonly Action[] {
  return actionsOf(screenHere(view));
}

/** Everything that can be done to the row under the cursor, with its keys, and why not where it cannot. */
export function actionItems(view: ViewState, context: ViewContext): readonly MenuItem[] {
  const local = here(view).filter((entry) => entry.scope !== 'everywhere' && entry.scope !== 'text');
  return local
    .filter((entry) => !entry.id.startsWith('move-') && !entry.id.includes('page'))
    .map((entry) => actionItem(view, entry, context));
}

/** The lines of the help overlay: every key that works on this screen, nearest scope first. */
export function helpItems(view: ViewState, typed: string, context: ViewContext): readonly MenuItem[] {
  const items = here(view).map((entry) => ({ ...actionItem(view, entry, context), text: keysLabel(entry) }));
  const query = typed.trim().toLowerCase();
  if (query === '') return items;
  return items.filter((item) => `${item.text} ${item.title}`.toLowerCase().includes(query));
}

/** The saved filters, as the commands that recall them. */
function savedItems(view: ViewState): readonly MenuItem[] {
  return savedNames(view).map((name) => ({
    text: `filter ${name}`,
    title: savedFilters(view)[name] ?? '',
    keys: '',
    disabled: undefined,
    effect: { kind: 'command', text: `filter ${name}` },
    takesWords: false,
  }));
}

/** The ranked rows of the palette: the actions of this screen and the commands that take words. */
export function paletteItems(view: ViewState, typed: string, context: ViewContext): readonly MenuItem[] {
  const command = parseCommand(typed);
  const worded = wordCommands.map(
    (entry): MenuItem => ({
      text: entry.usage,
      title: entry.title,
      keys: '',
      disabled: undefined,
      effect: undefined,
      takesWords: true,
    }),
  );
  if (command !== undefined && /\s/.test(typed.trimStart())) {
    const usage = worded.filter((item) => item.text.split(' ')[0] === command.command.id);
    if (command.command.id !== 'filter') return usage;
    const [name = ''] = command.words;
    return [...usage, ...savedItems(view).filter((item) => item.text.includes(name))];
  }
  const acting = here(view)
    .filter((entry) => !entry.id.startsWith('move-') && !entry.id.startsWith('scroll-'))
    .map((entry) => actionItem(view, entry, context));
  return ranked([...acting, ...worded, ...savedItems(view)], typed);
}
