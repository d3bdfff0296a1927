const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;

/**
 * Where JSON is an object, its text; where it is a list, the text of each element, exactly as it was written.
 *
 * @param text that JSON.parse reads: nothing is checked here
 */
export function jsonElements(text: string): readonly string[] {
  const json = text.trim();
  if (!json.startsWith('[')) return [json];
  const elements: string[] = [];
  let depth = 0;
  let start = 1;
  const end = json.length - 1;
  for (let at = 1; at < end; at += 1) {
    const code = json.charCodeAt(at);
    if (code === quote) at = endOfString(json, at);
    // [ { and ] } differ in one bit, and by two from each other.
    else if ((code | 0x20) === 0x7b) depth += 1;
    else if ((code | 0x20) === 0x7d) depth -= 1;
    else if (code === comma && depth === 0) {
      elements.push(json.slice(start, at).trim());
      start = at + 1;
    }
  }
  const last = json.slice(start, end).trim();
  if (last !== '') elements.push(last);
  return elements;
}

/** Index of the quote that closes the string which `open` begins. */
function endOfString(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at >= 0) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === backslash) slashes += 1;
    if (slashes % 2 === 0) return at;
    at = text.indexOf('"', at + 1);
  }
  return text.length;
}
