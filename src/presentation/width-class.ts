/** The screens a layout is drawn for; the number is the terminal width from which it holds. */
export type WidthClass = 'too small' | 'tiny' | 'small' | 'base' | 'medium' | 'wide' | 'wider' | 'full';

const widthClasses: readonly (readonly [WidthClass, number])[] = [
  ['full', 200],
  ['wider', 160],
  ['wide', 120],
  ['medium', 100],
  ['base', 80],
  ['small', 60],
  ['tiny', 40],
];

/**
 * The terminal width that a line of `width` columns is drawn for. The last column of the screen always stays empty
 * (writing it makes some terminals wrap), so a line of 79 belongs to a screen of 80.
 */
export function screenWidth(width: number): number {
  return width + 1;
}

/** The class of a line of `width` columns. */
export function widthClass(width: number): WidthClass {
  const screen = screenWidth(width);
  return widthClasses.find(([, from]) => screen >= from)?.[0] ?? 'too small';
}
