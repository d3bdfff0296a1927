import type { TopScreenId } from './model/screens.ts';
import type { ViewState } from './model/view-state.ts';

/** What the full screen has to know of the settings. */
export interface Config {
  readonly view: TopScreenId;
  readonly timeMode: ViewState['timeMode'];
  readonly readonly: boolean;
  readonly ascii: boolean;
  readonly colour: boolean;
  /** Data frames per second. */
  readonly rate: number;
  /** Shown in the status line beside the broker. */
  readonly name: string | undefined;
}
