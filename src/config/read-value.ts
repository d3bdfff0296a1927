import { UsageError } from '../errors.ts';
import type { Option } from './option.ts';

/**
 * Reads the text of one option; `where` is the flag or the environment name that it came from.
 *
 * @throws UsageError that says what was given and what is allowed.
 */
export function readValue(
  option: Option,
  given: unknown,
  where: string,
): string | number | boolean | readonly string[] {
  if (option.type === 'boolean') return readBoolean(given, where);
  if (option.type === 'list') return Array.isArray(given) ? given.map(String) : [String(given)];
  const text = String(given).trim();
  if (option.type === 'string') {
    return option.choices === undefined ? text : readChoice(option, option.choices, text, where);
  }
  return readNumber(option, text, where);
}

function readChoice({ anyCase }: Option, choices: readonly string[], text: string, where: string): string {
  const same = (choice: string): boolean =>
    choice === text || (anyCase === true && choice.toLowerCase() === text.toLowerCase());
  const found = choices.find(same);
  if (found !== undefined) return found;
  throw new UsageError(`${where} is ${choices.join(', ')}, not ${quote(text)}`);
}

function readBoolean(given: unknown, where: string): boolean {
  if (typeof given === 'boolean') return given;
  const text = String(given).trim().toLowerCase();
  if (['1', 'true', 'yes', 'on'].includes(text)) return true;
  if (['0', 'false', 'no', 'off'].includes(text)) return false;
  throw new UsageError(`${where} is true or false, not ${quote(String(given))}`);
}

function readNumber(option: Option, text: string, where: string): number {
  const value = parse(option, text);
  const min = option.min ?? Number.NEGATIVE_INFINITY;
  const max = option.max ?? Number.POSITIVE_INFINITY;
  if (value === undefined || value < min || value > max) {
    throw new UsageError(`${where} is ${allowed(option)}, not ${quote(text)}`);
  }
  if (option.type === 'integer' && !Number.isInteger(value)) {
    throw new UsageError(`${where} is ${allowed(option)}, not ${quote(text)}`);
  }
  return value;
}

function parse(option: Option, text: string): number | undefined {
  if (option.type === 'seconds') return parseSeconds(text);
  return option.type === 'bytes' ? parseBytes(text) : parseNumber(text);
}

function allowed(option: Option): string {
  if (option.type === 'bytes') return `a size of at least ${sizeText(option.min ?? 0)}, such as 256M`;
  const kind =
    option.type === 'integer' ? 'a whole number' : option.type === 'seconds' ? 'seconds' : 'a number';
  return `${kind} from ${option.min} to ${option.max}`;
}

function parseNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function parseSeconds(text: string): number | undefined {
  const match = /^(\d+\.?\d*|\.\d+)\s*(ms|s|m|h|d)?$/.exec(text);
  if (match === null) return undefined;
  const perUnit: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
  return Number(match[1]) * (perUnit[match[2] ?? 's'] ?? 1);
}

/** K, M and G are powers of 1024, as in every tool that tells what a program takes. */
function parseBytes(text: string): number | undefined {
  const match = /^(\d+\.?\d*|\.\d+)\s*([kmg])?(?:i?b)?$/i.exec(text);
  if (match === null) return undefined;
  const powers: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3 };
  return Math.round(Number(match[1]) * 1024 ** (powers[match[2]?.toLowerCase() ?? ''] ?? 0));
}

function sizeText(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)}M`;
}

/** What somebody typed, safe to print and never long. */
function quote(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return JSON.stringify(short);
}
