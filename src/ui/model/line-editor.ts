/** One line of text being typed. `cursor` is an index into `text`, between 0 and its length. */
export interface LineEditor {
  readonly text: string;
  readonly cursor: number;
}

export const emptyEditor: LineEditor = { text: '', cursor: 0 };

/** A pasted monster must not stall the screen: nothing a person types by hand is longer. */
const longest = 2_000;

export function editorWith(text: string): LineEditor {
  return { text, cursor: text.length };
}

/** Text typed or pasted goes in at the cursor, without its line breaks: a paste never presses Enter. */
export function insertText({ text, cursor }: LineEditor, typed: string): LineEditor {
  const room = Math.max(0, longest - text.length);
  const clean = typed
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .slice(0, room);
  return { text: text.slice(0, cursor) + clean + text.slice(cursor), cursor: cursor + clean.length };
}

/** The editor after an editing key, or undefined when the key edits nothing. */
export function editKey(editor: LineEditor, key: string): LineEditor | undefined {
  const { text, cursor } = editor;
  switch (key) {
    case 'left':
    case 'ctrl-b':
      return { text, cursor: stepLeft(text, cursor) };
    case 'right':
    case 'ctrl-f':
      return { text, cursor: stepRight(text, cursor) };
    case 'home':
    case 'ctrl-a':
      return { text, cursor: 0 };
    case 'end':
    case 'ctrl-e':
      return { text, cursor: text.length };
    case 'backspace': {
      const from = stepLeft(text, cursor);
      return { text: text.slice(0, from) + text.slice(cursor), cursor: from };
    }
    case 'delete':
      return { text: text.slice(0, cursor) + text.slice(stepRight(text, cursor)), cursor };
    case 'ctrl-u':
      return { text: text.slice(cursor), cursor: 0 };
    case 'ctrl-k':
      return { text: text.slice(0, cursor), cursor };
    case 'ctrl-w':
      return deleteWord(editor);
    case 'space':
      return insertText(editor, ' ');
    default:
      return isCharacter(key) ? insertText(editor, key) : undefined;
  }
}

function isCharacter(key: string): boolean {
  return key.codePointAt(0) !== undefined && [...key].length === 1;
}

function deleteWord({ text, cursor }: LineEditor): LineEditor {
  const kept = text.slice(0, cursor).replace(/\S*\s*$/, '');
  return { text: kept + text.slice(cursor), cursor: kept.length };
}

/** Steps go over whole code points, so that half a surrogate pair is never left behind. */
function stepLeft(text: string, cursor: number): number {
  const low = text.charCodeAt(cursor - 1);
  return Math.max(0, cursor - (low >= 0xdc00 && low <= 0xdfff ? 2 : 1));
}

function stepRight(text: string, cursor: number): number {
  const high = text.charCodeAt(cursor);
  return Math.min(text.length, cursor + (high >= 0xd800 && high <= 0xdbff ? 2 : 1));
}
