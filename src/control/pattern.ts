/** Longer than any node name; keeps a worker from chewing on a pattern. */
const maxLength = 255;
/** On a name that does not match a worker tries about length^n / n! ways for n ranges, and 2^n for n options. */
const maxRanges = 4;
const maxOptions = 8;
/** A glob becomes an expression with a range per star; only since Python 3.9 such ranges do not backtrack. */
const maxStars = 8;

const setOrStars = /\[!?\]?[^\]]*\]|\*+/gu;

const pcreToken =
  /(?<open>\((?:\?:)?)|(?<close>\))|(?<anchor>[\^$]|\\[bB])|(?<bar>\|)|(?<repeat>(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})\??)|(?<set>\[\^?(?:\\[dDwWsS]|\\[^A-Za-z0-9]|[^\]\\[])+\])|(?<atom>\\[dDwWsS]|\\[^A-Za-z0-9]|[^\\()[\]{}|*+?^$])/uy;

/**
 * What is wrong with a pattern for node names, or undefined. A worker matches before it guards itself: an expression
 * that Python cannot compile resets its mailbox, on some versions for good, and one that backtracks stops it
 * (protocol.md C.3, kombu/pidbox.py:Node.handle_message). So only what is certain to compile and to end may leave.
 */
export function patternProblem(pattern: string, matcher: 'glob' | 'pcre'): string | undefined {
  if (pattern === '') return 'an empty pattern would mean every worker';
  if (pattern.length > maxLength) return `a pattern has at most ${maxLength} characters`;
  return matcher === 'glob' ? globProblem(pattern) : pcreProblem(pattern);
}

/** The glob with one star where several in a row mean the same: before Python 3.9 each costs a worker. */
export function shortGlob(pattern: string): string {
  return pattern.replace(setOrStars, (part) => (part.startsWith('*') ? '*' : part));
}

function globProblem(pattern: string): string | undefined {
  let stars = 0;
  for (const [part] of pattern.matchAll(setOrStars)) {
    if (part.startsWith('*')) stars += 1;
    if (stars > maxStars) return `it has more than ${maxStars} stars`;
    const problem = rangesProblem(part);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Python cannot compile `[z-a]` in an expression, before 3.11 in a glob neither. */
function rangesProblem(set: string): string | undefined {
  for (const [range, low = '', high = ''] of set.slice(1, -1).matchAll(/(.)-(.)/gsu)) {
    if (low > high) return `the range ${range} runs backwards`;
  }
  return undefined;
}

/** Walks the part of Python's syntax that is the same everywhere; the rest is refused. */
function pcreProblem(pattern: string): string | undefined {
  let open = 0;
  let ranges = 0;
  let options = 0;
  let repeatable: 'atom' | 'group' | undefined;
  pcreToken.lastIndex = 0;
  while (pcreToken.lastIndex < pattern.length) {
    const at = pcreToken.lastIndex;
    const token = pcreToken.exec(pattern)?.groups;
    if (!token)
      return `"${pattern.slice(at, at + 10)}" is no part of an expression that every worker understands`;
    const problem = repeatProblem(token['repeat'], repeatable) ?? setProblem(token['set']);
    if (problem !== undefined) return problem;
    if (/^[*+]|,/.test(token['repeat'] ?? '')) ranges += 1;
    if (token['repeat']?.startsWith('?')) options += 1;
    if (token['open'] !== undefined) open += 1;
    if (token['close'] !== undefined) open -= 1;
    if (open < 0) return 'a ")" has no "("';
    repeatable = repeatableAfter(token);
  }
  if (open > 0) return 'a "(" is not closed';
  if (ranges > maxRanges) return `it has more than ${maxRanges} repetitions of no fixed length`;
  return options > maxOptions ? `it has more than ${maxOptions} optional parts` : undefined;
}

function setProblem(set: string | undefined): string | undefined {
  if (set === undefined) return undefined;
  if (set.includes('\\') && /[^[^]-[^\]]/.test(set))
    return `a range and a backslash do not go together in ${set}`;
  return rangesProblem(set);
}

function repeatableAfter(token: Readonly<Record<string, string | undefined>>): 'atom' | 'group' | undefined {
  if (token['atom'] !== undefined || token['set'] !== undefined) return 'atom';
  return token['close'] === undefined ? undefined : 'group';
}

function repeatProblem(repeat: string | undefined, what: 'atom' | 'group' | undefined): string | undefined {
  if (repeat === undefined) return undefined;
  if (what === undefined) return `"${repeat}" has nothing to repeat`;
  if (what === 'group' && repeat !== '?')
    return 'a group cannot be repeated: that can keep a worker busy for ever';
  const [, from, to] = /^\{(\d+),(\d+)\}/.exec(repeat) ?? [];
  return from !== undefined && Number(from) > Number(to) ? `"${repeat}" ends before it begins` : undefined;
}
