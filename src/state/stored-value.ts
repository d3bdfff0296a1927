/** Characters of one text, 256 KiB: 10,000 tasks of a few 10 MB tracebacks each must not exhaust the memory. */
const maxText = 256 * 1024;
/** Names are kept in several places at once. Queue names end at 255; no hostname or task id comes near. */
const maxName = 1024;
/** What a number, a null or an empty list counts for against `maxText`, about its bytes in memory. */
const leastWeight = 8;

/** Whether it can name a task, a worker or an event type: memory is bounded only while names are. */
export function isStoredName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxName;
}

/** The text, cut when it is too long to be kept, with a remark that says so. */
export function storedText(text: string): string {
  if (text.length <= maxText) return text;
  // Through JSON, because a slice would keep the whole text in memory.
  const beginning: string = JSON.parse(JSON.stringify(text.slice(0, maxText)));
  return `${beginning}… cut here, ${text.length} characters`;
}

/** The value as it may be kept, or undefined when it is too large for that. */
export function storedValue(value: unknown): unknown {
  if (typeof value === 'string') return storedText(value);
  if (typeof value !== 'object' || value === null) return value;
  return isLight(value) ? value : undefined;
}

/** Ends as soon as the value is known to be too heavy, and does not recurse. */
function isLight(value: object): boolean {
  const waiting: object[] = [value];
  let weight = 0;
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    for (const [key, child] of Object.entries(each)) {
      weight += leastWeight + key.length + (typeof child === 'string' ? child.length : 0);
      if (weight > maxText) return false;
      if (typeof child === 'object' && child !== null) waiting.push(child);
    }
  }
  return true;
}
