import { type Screen, screenOf } from './screens.ts';
import { frameOf, type ViewState } from './view-state.ts';

/** The screen that is open, with the scopes in which its keys are looked up now. */
export function screenHere(view: ViewState): Screen {
  const screen = screenOf(frameOf(view).screen);
  return view.playback === undefined ? screen : { ...screen, scopes: ['playback', ...screen.scopes] };
}
