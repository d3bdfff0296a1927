/** Final letters of `CSI 1 ; modifier letter` and `SS3 letter`. `CSI R` is a cursor report, `SS3 R` is F3. */
const letters: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  S: 'f4',
};

/** Numbers of `CSI number ; modifier ~`; 7 and 8 are rxvt's home and end. */
const numbers: Readonly<Record<number, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};

/** The key of a C0 byte or DEL. Enter, Tab and Backspace win over the Ctrl letters that share their bytes. */
export function controlKey(byte: number): string {
  if (byte === 0x0d || byte === 0x0a) return 'enter';
  if (byte === 0x09) return 'tab';
  if (byte === 0x7f || byte === 0x08) return 'backspace';
  if (byte === 0x1b) return 'escape';
  if (byte === 0) return 'ctrl-space';
  return `ctrl-${String.fromCharCode(byte < 0x1b ? byte + 0x60 : byte + 0x40)}`;
}

/** The key of a whole CSI sequence, or undefined for everything that is no key of ours. */
export function csiKey(parameters: string, final: string): string | undefined {
  if (final === 'Z') return 'shift-tab';
  const [number = 0, modifier = 1] = parameters.split(/[;:]/).map(Number);
  const name = final === '~' ? numbers[number] : letters[final];
  return name === undefined ? undefined : withModifier(name, modifier);
}

/** The key of `ESC O letter`. */
export function ss3Key(letter: string): string | undefined {
  if (letter === 'R') return 'f3';
  return letter === 'M' ? 'enter' : letters[letter];
}

/** xterm's modifier: one more than the bits shift 1, alt 2, ctrl 4. Keys with alt or meta are not ours. */
function withModifier(name: string, modifier: number): string | undefined {
  const bits = Math.max(1, modifier) - 1;
  if ((bits & ~5) !== 0 || Number.isNaN(modifier)) return undefined;
  return `${bits & 4 ? 'ctrl-' : ''}${bits & 1 ? 'shift-' : ''}${name}`;
}
