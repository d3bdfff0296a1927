/**
 * A Python value as its repr shows it. `isCut` says that the sender left something out: the end of a long string, the
 * rest of a container, or everything nested deeper than three levels.
 */
export type PythonValue =
  | { readonly kind: 'string'; readonly prefix: string; readonly text: string; readonly isCut: boolean }
  | { readonly kind: 'number' | 'constant' | 'opaque'; readonly text: string; readonly isCut: boolean }
  | {
      readonly kind: 'list' | 'tuple' | 'set';
      readonly items: readonly PythonValue[];
      readonly isCut: boolean;
    }
  | {
      readonly kind: 'dict';
      readonly entries: readonly (readonly [PythonValue, PythonValue])[];
      readonly isCut: boolean;
    };

/** Stands where a value should be and the sender cut before it. */
export const cutValue: PythonValue = { kind: 'opaque', text: '...', isCut: true };

export function holdsCut(value: PythonValue): boolean {
  if (value.isCut) return true;
  if (value.kind === 'dict') return value.entries.some(([key, item]) => holdsCut(key) || holdsCut(item));
  return 'items' in value && value.items.some(holdsCut);
}

const brackets = { list: '[]', tuple: '()', set: '{}', dict: '{}' } as const;

/** The value on one line, much as it was sent; longer than `limit` characters it just ends. */
export function pythonText(value: PythonValue, limit: number = 4096): string {
  const parts: string[] = [];
  writePython(value, parts, { room: limit });
  return parts.join('');
}

function writePython(value: PythonValue, parts: string[], budget: { room: number }): void {
  if (value.kind === 'string') {
    const text = value.prefix === '' ? value.text.replaceAll("'", "\\'") : value.text;
    put(`${value.prefix}'${text}${value.isCut ? '...' : ''}'`, parts, budget);
  } else if ('text' in value) {
    put(value.text, parts, budget);
  } else {
    writeContainer(value, parts, budget);
  }
}

type PythonContainer = Extract<PythonValue, { kind: keyof typeof brackets }>;

function writeContainer(value: PythonContainer, parts: string[], budget: { room: number }): void {
  const [open = '', close = ''] = brackets[value.kind];
  const entries = value.kind === 'dict' ? value.entries : value.items.map((item) => [item] as const);
  put(open, parts, budget);
  for (const [index, [first, second]] of entries.entries()) {
    if (budget.room <= 0) break;
    put(index > 0 ? ', ' : '', parts, budget);
    writePython(first, parts, budget);
    if (second !== undefined) {
      put(': ', parts, budget);
      writePython(second, parts, budget);
    }
  }
  if (value.isCut) put(entries.length > 0 ? ', ...' : '...', parts, budget);
  put(value.kind === 'tuple' && entries.length === 1 && !value.isCut ? `,${close}` : close, parts, budget);
}

function put(text: string, parts: string[], budget: { room: number }): void {
  parts.push(text);
  budget.room -= text.length;
}
