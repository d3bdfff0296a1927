export type TextTest = (text: string) => boolean;

/** How much text was searched since somebody set it back: what takes long is known by it. */
export interface SearchMeter {
  characters: number;
}

/** No text is searched further: a sender cuts at about a thousand characters, a hostile one may not. */
const longestSearched = 65_536;

/** Answers remembered before all are forgotten. */
const mostAnswers = 10_000;

/** A pattern, since that compares without making a lower-case copy of every text. */
export function containsTest(part: string, ignoreCase: boolean): TextTest {
  if (!ignoreCase || (part === part.toLowerCase() && part === part.toUpperCase())) {
    return (text) => searchable(text).includes(part);
  }
  const pattern = new RegExp(escaped(part), 'i');
  return (text) => pattern.test(searchable(text));
}

/** Smart case: a capital letter asks for the exact case. */
export function smartTest(part: string): TextTest {
  return containsTest(part, part === part.toLowerCase());
}

/** For texts that many rows share: each is tested once. */
export function remembering(test: TextTest): TextTest {
  const answers = new Map<string, boolean>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    if (answers.size >= mostAnswers) answers.clear();
    const answer = test(text);
    answers.set(text, answer);
    return answer;
  };
}

/** Counts what is searched. */
export function metered(test: TextTest, meter: SearchMeter | undefined): TextTest {
  if (meter === undefined) return test;
  return (text) => {
    meter.characters += text.length;
    return test(text);
  };
}

/** As part of a regular expression that matches just this text. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** As much of a text as is searched. */
export function searchable(text: string): string {
  return text.length > longestSearched ? text.slice(0, longestSearched) : text;
}
