/** Far more than any event or reply has; whoever walks a value by recursion gets along with this many. */
const maxLevels = 200;

/**
 * Whether lists and objects are nested so deeply that reading the value by recursion would exhaust the stack.
 * @param text the JSON that `value` was read from: where it has few brackets, which is nearly always, nothing is walked
 */
export function isTooDeep(text: string, value: unknown): boolean {
  return brackets(text, '[') + brackets(text, '{') > maxLevels && hasMoreLevels(value, maxLevels);
}

/** Those within strings too: never fewer than there are levels. Stops counting when they are enough. */
function brackets(text: string, bracket: '[' | '{'): number {
  let count = 0;
  for (let at = text.indexOf(bracket); at >= 0 && count <= maxLevels; at = text.indexOf(bracket, at + 1)) {
    count += 1;
  }
  return count;
}

/** Level by level, because recursion is what has to be avoided. */
function hasMoreLevels(value: unknown, levels: number): boolean {
  let level: readonly object[] = isNested(value) ? [value] : [];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= levels) return true;
    const next: object[] = [];
    for (const each of level) for (const child of Object.values(each)) if (isNested(child)) next.push(child);
    level = next;
  }
  return false;
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
