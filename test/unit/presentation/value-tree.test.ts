import { describe, expect, it } from 'vitest';
import { parsePythonRepr } from '../../../src/presentation/python-repr.ts';
import { type TreeOptions, valueTree } from '../../../src/presentation/value-tree.ts';
import { contextWith, textOf } from './sample-cluster.ts';

function tree(repr: string, width: number = 60, options: TreeOptions = {}): string[] {
  return textOf(valueTree(parsePythonRepr(repr)!, width, contextWith(), options));
}

describe('valueTree', () => {
  it('shows entries below each other with their values lined up', () => {
    expect(tree("{'template': 'welcome', 'meta': {'source': 'checkout', 'ids': [1, 2]}, 'n': None}")).toEqual(
      [
        " template  'welcome'",
        ' meta      {2 keys}',
        "   source  'checkout'",
        '   ids     [1, 2]',
        ' n         None',
      ],
    );
  });

  it('numbers the items of tuples and lists, and not those of sets', () => {
    expect(tree("(4411, {'a': 1})")).toEqual([' 0  4411', ' 1  {1 key}', '   a  1']);
    expect(tree("{'x', 'y'}")).toEqual([" 'x'", " 'y'"]);
  });

  it('folds what is inside', () => {
    expect(tree("({'a': 1}, [[1], 2], ())", 60, { folded: true })).toEqual([
      ' 0  {1 key}',
      ' 1  [2 items]',
      ' 2  ()',
    ]);
  });

  it('lets a long text go on below itself', () => {
    expect(tree("{'note': 'one two three four five six seven'}", 26)).toEqual([
      " note  'one two three four",
      "       five six seven'",
    ]);
  });

  it('says where the sender cut', () => {
    expect(tree("{'note': 'xxx...', ...}")).toEqual([" note  'xxx… cut by sender", ' … cut by sender']);
    expect(tree("['a', {...}]")).toEqual([" 0  'a'", ' 1  {...}']);
  });

  it('shows a single value as it is', () => {
    expect(tree('42')).toEqual([' 42']);
    expect(tree('()')).toEqual([' ()']);
  });

  it('stops at two thousand rows', () => {
    expect(tree(`[${Array.from({ length: 9000 }, (_, index) => index).join(', ')}]`)).toHaveLength(2000);
  });

  it('keeps keys short enough that the value has room', () => {
    const [line = ''] = tree(`{'${'k'.repeat(200)}': 1}`);

    expect(line).toBe(` ${'k'.repeat(23)}…  1`);
  });
});
