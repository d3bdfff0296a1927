import { isPlainInk, textWidth } from './text.ts';

const shortest = 8;

/** The first `length` characters of a uuid; anything else a producer calls a uuid is cut the same way. */
export function shortUuid(uuid: string, length: number = shortest): string {
  return uuid.slice(0, length);
}

/** How many characters tell all of these uuids apart: 8, or more while two of them begin alike. */
export function uuidLength(uuids: readonly string[]): number {
  const unique = [...new Set(uuids)].sort();
  let length = shortest;
  for (const [index, uuid] of unique.entries()) {
    const next = unique[index + 1];
    if (next !== undefined) {
      length = Math.max(length, sharedStart(uuid, next) + 1);
    }
  }
  return Math.min(length, 36);
}

function sharedStart(left: string, right: string): number {
  let index = 0;
  while (index < 36 && index < left.length && left[index] === right[index]) {
    index += 1;
  }
  return index;
}

/**
 * A task name in `width` columns: the last segment stays whole, the modules become initials from left to right
 * (`a.reports.build_quarterly`), then the middle is cut.
 */
export function shortTaskName(name: string, width: number, ellipsis: string): string {
  if (name.length > 1000 || textWidth(name) <= width) {
    return name.length > 1000 ? cutMiddle(name.slice(0, 1000), width, ellipsis) : name;
  }
  const segments = name.split('.');
  for (let index = 0; index < segments.length - 1; index += 1) {
    segments[index] = [...(segments[index] ?? '')][0] ?? '';
    const shortened = segments.join('.');
    if (textWidth(shortened) <= width) {
      return shortened;
    }
  }
  return cutMiddle(segments.join('.'), width, ellipsis);
}

/** Both ends of a text, for names that differ at either end. */
export function cutMiddle(text: string, width: number, ellipsis: string): string {
  if (text.length <= 1000 && textWidth(text) <= width) {
    return text;
  }
  const room = width - textWidth(ellipsis);
  if (room >= 2 && isPlainInk(text)) {
    const tailRoom = Math.floor(room / 2);
    return text.slice(0, room - tailRoom) + ellipsis + text.slice(text.length - tailRoom);
  }
  if (room < 2) {
    return takeColumns([...text.slice(0, width * 2)], width);
  }
  const tailRoom = Math.floor(room / 2);
  const head = takeColumns([...text.slice(0, width * 2)], room - tailRoom);
  const tail = takeColumns([...text.slice(-width * 2)].reverse(), tailRoom);
  return `${head}${ellipsis}${[...tail].reverse().join('')}`;
}

function takeColumns(characters: readonly string[], width: number): string {
  let taken = '';
  let used = 0;
  for (const character of characters) {
    used += textWidth(character);
    if (used > width) {
      break;
    }
    taken += character;
  }
  return taken;
}

/** Drops the prefix that all workers share (`celery@`) when the whole name does not fit. */
export function shortNodeName(hostname: string, width: number, prefix: string, ellipsis: string): string {
  const isLong = hostname.length > 1000 || textWidth(hostname) > width;
  const text =
    isLong && prefix !== '' && hostname.startsWith(prefix) ? hostname.slice(prefix.length) : hostname;
  return cutMiddle(text, width, ellipsis);
}

/** What the hostnames share up to and including `@`, or nothing when they differ. */
export function sharedNodePrefix(hostnames: Iterable<string>): string {
  let shared: string | undefined;
  for (const hostname of hostnames) {
    const prefix = hostname.slice(0, hostname.indexOf('@') + 1);
    if (shared !== undefined && prefix !== shared) {
      return '';
    }
    shared = prefix;
  }
  return shared ?? '';
}
