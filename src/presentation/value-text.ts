/** No field is read further than this for a cell: a producer may send megabytes. */
const longest = 4096;

/**
 * Text of a field of an event, which can be of any JSON type. `undefined` for what is not known: a missing field and
 * null mean the same to a reader.
 */
export function valueText(value: unknown): string | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  if (typeof value === 'string') {
    return value;
  }
  return typeof value === 'object' ? jsonText(value, longest) : String(value);
}

/** The field as a finite number; numeric strings are what some replies send for counters (`"clock": "146"`). */
export function valueNumber(value: unknown): number | undefined {
  const number =
    typeof value === 'string' && value.trim() !== '' && value.length < 40 ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** JSON that stops growing at `limit` characters (then cut, so no longer valid) and never throws on cycles. */
export function jsonText(value: unknown, limit: number, indent = ''): string {
  const out: string[] = [];
  writeJson(value, { out, room: limit, depth: 0, indent });
  return out.join('').slice(0, limit);
}

interface JsonWriter {
  readonly out: string[];
  readonly indent: string;
  room: number;
  depth: number;
}

function writeJson(value: unknown, writer: JsonWriter): void {
  if (Array.isArray(value)) {
    writeSequence('[', ']', value.length, writer, (index) => writeJson(value[index], writer));
  } else if (value instanceof Map) {
    writeEntries([...value.entries()], writer);
  } else if (value instanceof Set) {
    writeJson([...value], writer);
  } else if (typeof value === 'object' && value !== null) {
    writeEntries(Object.entries(value), writer);
  } else {
    write(writer, scalarJson(value, writer.room));
  }
}

function writeEntries(entries: readonly (readonly [unknown, unknown])[], writer: JsonWriter): void {
  writeSequence('{', '}', entries.length, writer, (index) => {
    const [key, value] = entries[index] ?? [];
    write(writer, `${scalarJson(String(key), writer.room)}: `);
    writeJson(value, writer);
  });
}

function writeSequence(
  open: string,
  close: string,
  length: number,
  writer: JsonWriter,
  item: (index: number) => void,
): void {
  if (length === 0 || writer.depth >= 32) {
    write(writer, length === 0 ? `${open}${close}` : `${open}...${close}`);
    return;
  }
  writer.depth += 1;
  write(writer, open);
  for (let index = 0; index < length && writer.room > 0; index += 1) {
    write(writer, lineBreak(writer) || (index > 0 ? ' ' : ''));
    item(index);
    write(writer, index < length - 1 ? ',' : '');
  }
  writer.depth -= 1;
  write(writer, `${lineBreak(writer)}${close}`);
}

function lineBreak(writer: JsonWriter): string {
  return writer.indent === '' ? '' : `\n${writer.indent.repeat(writer.depth)}`;
}

function scalarJson(value: unknown, room: number): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.slice(0, Math.max(0, room)));
  }
  return typeof value === 'number' || typeof value === 'boolean' || value === null
    ? String(value)
    : JSON.stringify(String(value));
}

function write(writer: JsonWriter, text: string): void {
  writer.out.push(text);
  writer.room -= text.length;
}
