import { UnreadableResultError } from '../errors.ts';
import { type ExactJson, type ExactObject, parseExactJson } from './exact-json.ts';
import { printable } from './serializer.ts';
import type { StoredGroup, TaskResult } from './task-result.ts';

/** Above this a result is not taken apart: text and objects of several times its size would follow. */
export const maxResultBytes: number = 64 * 1024 * 1024;

/** A group of groups of groups is rare; one without end is hostile. */
const maxGroupLevels = 50;
const maxMembers = 100_000;

/**
 * What a task stored. Mirrors celery/backends/base.py:Backend._get_result_meta.
 * @throws UnreadableResultError for what is not JSON, or not what Celery stores
 */
export function readTaskResult(id: string, bytes: Uint8Array, ttl: number | undefined): TaskResult {
  const what = `The result of ${printable(id, 120)}`;
  const meta = readObject(what, bytes);
  const state = meta.get('status');
  if (typeof state !== 'string') throw notCelerys(what);
  const traceback = meta.get('traceback');
  return {
    id,
    state,
    result: meta.get('result') ?? null,
    traceback: typeof traceback === 'string' ? traceback : undefined,
    meta,
    ttl,
  };
}

/**
 * What `GroupResult.save()` stored: `{"result": [[id, parent], [member, …]]}`. Mirrors celery/result.py:result_from_tuple.
 * @throws UnreadableResultError for what is not JSON, or not what Celery stores
 */
export function readStoredGroup(id: string, bytes: Uint8Array, ttl: number | undefined): StoredGroup {
  const what = `The group ${printable(id, 120)}`;
  const budget = { members: maxMembers };
  const group = memberOf(readObject(what, bytes).get('result'), ttl, budget, maxGroupLevels);
  if (group === undefined || typeof group === 'string') throw notCelerys(what);
  return { ...group, id };
}

function memberOf(
  tuple: ExactJson | undefined,
  ttl: number | undefined,
  budget: { members: number },
  levels: number,
): string | StoredGroup | undefined {
  if (!Array.isArray(tuple) || levels === 0) return undefined;
  const [head, nodes]: readonly ExactJson[] = tuple;
  const id: ExactJson | undefined = Array.isArray(head) ? head[0] : head;
  budget.members -= 1;
  if (typeof id !== 'string' || budget.members < 0) return undefined;
  if (!Array.isArray(nodes)) return id;
  const members: (string | StoredGroup)[] = [];
  for (const node of nodes) {
    const member = memberOf(node, ttl, budget, levels - 1);
    if (member === undefined) return undefined;
    members.push(member);
  }
  return { id, members, ttl };
}

function readObject(what: string, bytes: Uint8Array): ExactObject {
  if (bytes.length > maxResultBytes) {
    throw new UnreadableResultError(
      `${what} is larger than the ${maxResultBytes / 1024 / 1024} MB that are read here.`,
    );
  }
  const form = formatOf(bytes);
  if (form !== undefined) throw new UnreadableResultError(`${what} ${form}.`);
  const value = parsed(what, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  if (!(value instanceof Map)) throw notCelerys(what);
  return value;
}

function parsed(what: string, text: string): ExactJson {
  try {
    return parseExactJson(text);
  } catch (error) {
    if (/^(?:[\w-]+:|- )/.test(text)) throw new UnreadableResultError(`${what} ${written('yaml')}.`);
    const reason = printable(error instanceof Error ? error.message : String(error), 120);
    throw new UnreadableResultError(`${what} is not JSON: ${reason}.`);
  }
}

/** Beginnings of what is not JSON. Nothing of it is decoded: a pickle runs code when it is read. */
const forms: readonly (readonly [begins: (bytes: Uint8Array) => boolean, what: string])[] = [
  [([first, second = 0]) => first === 0x80 && second >= 2 && second <= 5, written('pickle')],
  [([first]) => first === 0x78, compressed('zlib')],
  [startsWith(0x1f, 0x8b), compressed('gzip')],
  [startsWith(0x42, 0x5a, 0x68), compressed('bzip2')],
  [startsWith(0xfd, 0x37, 0x7a, 0x58, 0x5a), compressed('lzma')],
  [startsWith(0x28, 0xb5, 0x2f, 0xfd), compressed('zstd')],
  [([first = 0]) => (first >= 0x80 && first <= 0x8f) || first === 0xde || first === 0xdf, written('msgpack')],
];

function formatOf(bytes: Uint8Array): string | undefined {
  return forms.find(([begins]) => begins(bytes))?.[1];
}

function startsWith(...beginning: readonly number[]): (bytes: Uint8Array) => boolean {
  return (bytes) => beginning.every((byte, index) => bytes[index] === byte);
}

function written(serializer: string): string {
  return `is written in ${serializer}, which cannot be read here: result_serializer must be json for that`;
}

function compressed(codec: string): string {
  return `is compressed with ${codec} (result_compression), which cannot be read here`;
}

function notCelerys(what: string): UnreadableResultError {
  return new UnreadableResultError(`${what} is not what Celery stores.`);
}
