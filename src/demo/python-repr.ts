/** What a task takes and returns: JSON, for which Celery shows a Python repr. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** Python's own repr of a string, as exceptions show it. */
export function reprString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}
