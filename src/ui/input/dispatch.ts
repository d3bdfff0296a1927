import type { Screen } from '../model/screens.ts';
import { type Action, actions } from './actions.ts';

/** The action that a key means on a screen: its own scopes first, `everywhere` last. */
export function actionForKey(screen: Screen, key: string): Action | undefined {
  for (const scope of screen.scopes) {
    const found = actions.find((entry) => entry.scope === scope && entry.keys.includes(key));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What works on a screen, in the order of the registry, without what a nearer scope has taken the keys of. */
export function actionsOf(screen: Screen): readonly Action[] {
  return screen.scopes.flatMap((scope) =>
    actions.filter(
      (entry) => entry.scope === scope && entry.keys.some((key) => actionForKey(screen, key) === entry),
    ),
  );
}
