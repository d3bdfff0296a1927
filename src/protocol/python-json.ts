/** Stands for NaN while the text is parsed; JSON has no other place for it. */
const nanMark = '\ue000NaN\ue000';
const numberTokens = /-?\bInfinity\b|\bNaN\b/g;

/**
 * Parses JSON as Python writes it: with `NaN`, `Infinity` and `-Infinity` where a number may be. Text that is plain
 * JSON takes no detour.
 * @throws SyntaxError when it is not JSON.
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const replaced = replaceOutsideStrings(text);
    if (replaced === text) throw error;
    return JSON.parse(replaced, (_key, value) => (value === nanMark ? Number.NaN : value));
  }
}

/** `1e999` is how JSON spells infinity. Walks from quote to quote: no expression that backtracks over a 10 MB string. */
function replaceOutsideStrings(text: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('"', at);
    parts.push(text.slice(at, open < 0 ? undefined : open).replace(numberTokens, numberFor));
    if (open < 0) break;
    at = endOfString(text, open);
    parts.push(text.slice(open, at));
  }
  return parts.join('');
}

function numberFor(token: string): string {
  if (token === 'NaN') return JSON.stringify(nanMark);
  return token === 'Infinity' ? '1e999' : '-1e999';
}

/** Index after the quote that closes the string which `open` begins. */
function endOfString(text: string, open: number): number {
  let at = open + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    if (!isEscaped(text, quote, open)) return quote + 1;
    at = quote + 1;
  }
}

function isEscaped(text: string, quote: number, open: number): boolean {
  let slashes = 0;
  while (quote - 1 - slashes > open && text[quote - 1 - slashes] === '\\') slashes += 1;
  return slashes % 2 === 1;
}
