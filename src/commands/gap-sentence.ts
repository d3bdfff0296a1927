/** Why there is nothing of a stretch of time. Seconds since the epoch. */
export function gapSentence({ from, to }: { readonly from: number; readonly to: number }): string {
  return `the connection was lost from ${iso(from)} to ${iso(to)}: events of that time are missing`;
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
