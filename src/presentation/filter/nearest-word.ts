/** The word that was probably meant: it begins alike, or at most two letters differ. */
export function nearestWord(typed: string, words: readonly string[]): string | undefined {
  const word = typed.toLowerCase().slice(0, 32);
  const longer = word.length > 1 ? words.find((known) => known.startsWith(word)) : undefined;
  if (longer !== undefined) return longer;
  const allowed = word.length > 3 ? 2 : 1;
  const near = words
    .filter((known) => Math.abs(known.length - word.length) <= allowed)
    .map((known) => ({ known, distance: editDistance(word, known) }))
    .filter(({ known, distance }) => distance <= allowed && distance < known.length)
    .sort((left, right) => left.distance - right.distance);
  return near[0]?.known;
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...left].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= right.length; column += 1) {
      const changed = (row[column - 1] ?? 0) + (letter === right[column - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
