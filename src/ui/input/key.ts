/**
 * One press of a key. `key` is the character itself (`a`, `A`, `日`), or a name: `space enter escape tab shift-tab up
 * down left right home end pageup pagedown backspace delete insert f1`…`f12`, with `ctrl-` or `shift-` before it where
 * the terminal tells them apart (`ctrl-c`, `shift-up`).
 */
export interface KeyPress {
  readonly type: 'key';
  readonly key: string;
  /** Input that arrived together has one number: a dialog ignores what came along with the key that opened it. */
  readonly chunk: number;
}

/** Text pasted as a whole: line breaks are `\n`, other control characters are gone, at most 64 KB. */
export interface Paste {
  readonly type: 'paste';
  readonly text: string;
  readonly chunk: number;
}

/** The terminal's answer to the question at the end of a frame: everything before it has been read. */
export interface Acknowledgement {
  readonly type: 'acknowledgement';
}

export type InputEvent = KeyPress | Paste | Acknowledgement;
