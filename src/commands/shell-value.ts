import { pythonDumps } from '../protocol/python-dumps.ts';

const maxDepth = 40;

/** A value of any kind as JSON, on one line or over several: what JSON has not is written as the nearest that it has. */
export function shellValue(value: unknown, indent: number | undefined): string {
  return pythonDumps(plain(value, 0), { strict: true, ...(indent === undefined ? {} : { indent }) });
}

function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function')
    return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return '...';
  if (value instanceof Error) return { error: value.message };
  if (value instanceof Map) {
    return new Map([...value].map(([key, item]) => [String(key), plain(item, depth + 1)]));
  }
  if (Array.isArray(value) || value instanceof Set) return [...value].map((item) => plain(item, depth + 1));
  if ('toJSON' in value && typeof value.toJSON === 'function') return plain(value.toJSON(), depth + 1);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return new Map(entries.map(([key, item]) => [key, plain(item, depth + 1)]));
}
