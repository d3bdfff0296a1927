import { expect, it } from 'vitest';
import { widthClass } from '../../../src/presentation/width-class.ts';

it.each([
  [38, 'too small'],
  [39, 'tiny'],
  [59, 'small'],
  [78, 'small'],
  [79, 'base'],
  [99, 'medium'],
  [119, 'wide'],
  [159, 'wider'],
  [199, 'full'],
])('a line of %d columns belongs to the class %s', (width, expected) => {
  expect(widthClass(width)).toBe(expected);
});
