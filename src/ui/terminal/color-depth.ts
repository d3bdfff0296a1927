/** 0 none (bold, underline and inverse stay), 1 the 16 of the palette, 2 256 colours, 3 24 bits. */
export type ColorDepth = 0 | 1 | 2 | 3;

export type ColorChoice = 'auto' | 'always' | 'never';

/** `--color`, then NO_COLOR, then FORCE_COLOR, then TERM=dumb, then what COLORTERM and TERM say. */
export function colorDepth(
  choice: ColorChoice,
  environment: Readonly<Record<string, string | undefined>>,
): ColorDepth {
  if (choice === 'never') return 0;
  if (choice === 'always') return atLeastSixteen(detected(environment));
  if ((environment['NO_COLOR'] ?? '') !== '') return 0;
  return forced(environment) ?? (environment['TERM'] === 'dumb' ? 0 : detected(environment));
}

function forced(environment: Readonly<Record<string, string | undefined>>): ColorDepth | undefined {
  const value = environment['FORCE_COLOR'];
  if (value === undefined || value === '') return undefined;
  if (value === '0' || value === 'false') return 0;
  if (value === '2') return 2;
  if (value === '3') return 3;
  return value === '1' ? 1 : atLeastSixteen(detected(environment));
}

function detected(environment: Readonly<Record<string, string | undefined>>): ColorDepth {
  const term = environment['TERM'] ?? '';
  if (term === '' || term === 'dumb') return 0;
  if (/^(truecolor|24bit)$/i.test(environment['COLORTERM'] ?? '') || /-direct$/.test(term)) return 3;
  return /-256(color)?$/i.test(term) ? 2 : 1;
}

function atLeastSixteen(depth: ColorDepth): ColorDepth {
  return depth === 0 ? 1 : depth;
}
