import type { RequestResult } from '../control/mailbox.ts';
import type { Addressing } from '../control/request-check.ts';

export interface Asked {
  readonly addressing: Addressing;
  /** Seconds. */
  readonly timeout: number;
  /** Nodes that answered at other times. */
  readonly known: readonly string[];
}

/** Who should have answered and did not, in sentences; with whatever else is odd about the answers. */
export function missingSentences(result: RequestResult, asked: Asked): string[] {
  const { silent, absent = [], duplicates, unreadable, unreadableReason } = result;
  const within = `within ${asked.timeout} s`;
  const gone = silent.filter((hostname) => absent.includes(hostname));
  const mute = silent.filter((hostname) => !absent.includes(hostname));
  return [
    ...(gone.length === 0 ? [] : [`${names(gone)} did not answer: no worker of that name is connected`]),
    ...(mute.length === 0 ? [] : [`${names(mute)} did not answer ${within}`]),
    ...uncounted(result, asked, within),
    ...duplicates.map((name) => `several workers answered as ${name}, and only one answer counts`),
    ...(unreadable === 0
      ? []
      : [
          `${unreadable === 1 ? 'an answer' : `${unreadable} answers`} could not be read: ${unreadableReason}`,
        ]),
  ];
}

/** Redis counts those who got the request; their names are known only from other times. */
function uncounted(
  { replies, receivers, unreadable, silent }: RequestResult,
  { addressing, known }: Asked,
  within: string,
): string[] {
  if (receivers === undefined || addressing.destination || addressing.pattern !== undefined) return [];
  const missing = receivers - replies.length - unreadable;
  if (missing <= 0 || silent.length > 0) return [];
  const answered = new Set(replies.map(({ hostname }) => hostname));
  const candidates = known.filter((hostname) => !answered.has(hostname));
  const who =
    candidates.length === 0
      ? ''
      : candidates.length === missing
        ? `: ${names(candidates)}`
        : `, perhaps ${names(candidates)}`;
  return [`${missing} of ${receivers} workers that got the request did not answer ${within}${who}`];
}

const mostNames = 20;

function names(hostnames: readonly string[]): string {
  const rest = hostnames.length - mostNames;
  return hostnames.slice(0, mostNames).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
