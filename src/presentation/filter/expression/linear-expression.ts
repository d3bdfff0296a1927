import { Automaton } from './automaton.ts';
import { everyCode, inBothCases } from './code-set.ts';
import { type Expression, ExpressionError } from './expression.ts';
import { parseExpression } from './expression-parser.ts';
import { programOf } from './expression-program.ts';

/** An expression longer than this was pasted by mistake. */
const longestSource = 256;

/** No text is searched further than this; senders cut at about a thousand characters. */
const longestText = 8192;
/** Instructions followed in one text, at most: a few milliseconds. A large expression reads less of a text. */
const mostSteps = 1_000_000;

export interface LinearExpression {
  /** Whether it matches anywhere in the text; never takes longer than the length of the text allows. */
  test(text: string): boolean;
  /** Characters of a text that are searched, from its beginning. */
  readonly longest: number;
}

export type ExpressionOutcome =
  | { readonly ok: true; readonly expression: LinearExpression }
  | { readonly ok: false; readonly message: string; readonly offset: number };

/** A regular expression in JavaScript's syntax, without backreferences and look-around. Case matters once it has a capital letter. */
export function regularExpression(source: string): ExpressionOutcome {
  if (source.length > longestSource) {
    const message = `the expression has ${source.length} characters: at most ${longestSource} are read`;
    return { ok: false, message, offset: longestSource };
  }
  const letters = source.replace(/\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|.)/gs, '');
  return outcomeOf(() => parseExpression(source, letters === letters.toLowerCase()));
}

/** A glob over the whole text: `*` is any characters, `?` any one. Case never matters. */
export function globExpression(glob: string): ExpressionOutcome {
  const parts = glob.match(/\*+|[^*]/g) ?? [];
  return outcomeOf(() => ({
    kind: 'sequence',
    parts: [
      { kind: 'assertion', assertion: 'start' },
      ...parts.map(globPart),
      { kind: 'assertion', assertion: 'end' },
    ],
  }));
}

function globPart(part: string): Expression {
  if (part.startsWith('*')) {
    return { kind: 'repeat', part: { kind: 'set', set: everyCode }, least: 0, most: Infinity };
  }
  const code = part.charCodeAt(0);
  return { kind: 'set', set: part === '?' ? everyCode : inBothCases([code, code]) };
}

function outcomeOf(expression: () => Expression): ExpressionOutcome {
  try {
    const program = programOf(expression());
    const longest = Math.min(longestText, Math.floor(mostSteps / program.length));
    // The automaton is large: it is made when the first text is tested.
    let automaton: Automaton | undefined;
    const test = (text: string): boolean => {
      automaton ??= new Automaton(program);
      return automaton.test(text, Math.min(text.length, longest));
    };
    return { ok: true, expression: { test, longest } };
  } catch (error) {
    if (error instanceof ExpressionError) return { ok: false, message: error.message, offset: error.offset };
    throw error;
  }
}
