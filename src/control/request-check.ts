import { UsageError } from '../errors.ts';
import type { ControlRequest } from '../protocol/control-message.ts';
import { type Arguments, checkArguments } from './arguments.ts';
import { patternProblem, shortGlob } from './pattern.ts';

/** Whom a request is for. Without any of them it is for every worker. */
export interface Addressing {
  /** Node names, at least one. */
  readonly destination?: readonly string[];
  /** Node names that match; ignored by workers when there is a destination. */
  readonly pattern?: string;
  /** How `pattern` is meant, default `glob`; `pcre` is a Python expression, anchored at the start only. */
  readonly matcher?: 'glob' | 'pcre';
}

const maxDepth = 32;
/** Some hundred thousand task ids. */
const maxCharacters = 4 * 1024 * 1024;

/**
 * Puts a request together, or refuses it: whatever could stop or deafen a worker, or reach more workers than were
 * meant, never leaves (protocol.md C.2, C.3, I.2, I.3).
 * @throws UsageError
 */
export function checkedRequest(method: string, args: Arguments, addressing: Addressing): ControlRequest {
  if (typeof method !== 'string' || method === '' || method.length > 255 || isTorn(method)) {
    throw new UsageError('A control request needs the name of a remote command.');
  }
  const problem = argumentsProblem(args) ?? addressProblem(addressing);
  if (problem !== undefined) throw new UsageError(`The request was not sent: ${problem}.`);
  checkArguments(method, args);
  const { destination, pattern, matcher } = addressing;
  return {
    method,
    arguments: args,
    destination: destination === undefined ? null : [...new Set(destination)],
    pattern: pattern === undefined || matcher === 'pcre' ? (pattern ?? null) : shortGlob(pattern),
    // Without a matcher a worker ignores the pattern, and everybody obeys.
    matcher: pattern === undefined ? null : (matcher ?? 'glob'),
  };
}

function argumentsProblem(args: unknown): string | undefined {
  if (!isPlainObject(args)) return 'its arguments must be an object';
  const budget = { characters: maxCharacters };
  return jsonProblem(args, maxDepth, budget);
}

function addressProblem({ destination, pattern, matcher }: Addressing): string | undefined {
  if (destination !== undefined) {
    if (!Array.isArray(destination) || destination.length === 0) {
      return 'its destination is empty, which Celery takes for every worker; name at least one, or leave it out';
    }
    const isNode = (name: unknown): boolean => typeof name === 'string' && name !== '' && !isTorn(name);
    if (!destination.every(isNode)) return 'its destination must be a list of node names such as celery@host';
  }
  if (pattern === undefined) {
    return matcher === undefined
      ? undefined
      : 'it has a matcher but no pattern, which Celery takes for every worker';
  }
  if (typeof pattern !== 'string' || isTorn(pattern)) return 'its pattern must be text';
  if (matcher !== undefined && matcher !== 'glob' && matcher !== 'pcre')
    return 'its matcher must be glob or pcre';
  const problem = patternProblem(pattern, matcher ?? 'glob');
  return problem === undefined ? undefined : `its pattern cannot be used, ${problem}`;
}

/** What is no JSON, or JSON that kombu would turn into something else (kombu/utils/json.py:object_hook). */
function jsonProblem(value: unknown, depth: number, budget: { characters: number }): string | undefined {
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : 'a number in its arguments is not finite';
  if (typeof value === 'string') {
    budget.characters -= value.length;
    if (budget.characters < 0) return 'its arguments are too large; send them in several requests';
    return isTorn(value) ? 'a text in its arguments has half a character' : undefined;
  }
  if (depth === 0) return `its arguments are nested deeper than ${maxDepth} levels`;
  if (!Array.isArray(value) && !isPlainObject(value)) return 'its arguments must be plain JSON values';
  budget.characters -= 2;
  for (const [key, item] of Object.entries(value)) {
    const problem = jsonProblem(key, 0, budget) ?? jsonProblem(item, depth - 1, budget);
    if (problem !== undefined) return problem;
  }
  const isTagged = '__type__' in value && '__value__' in value;
  return isTagged ? 'an object with __type__ and __value__ means something else to Celery' : undefined;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** A lone surrogate cannot be written in UTF-8: a worker that puts it into a Redis key dies of it. */
function isTorn(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}
