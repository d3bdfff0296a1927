import { expect, it } from 'vitest';
import { RetiredLists } from '../../../src/transport/redis-retired-lists.ts';

it('RetiredLists remembers the newest 200 names, each once', () => {
  const retired = new RetiredLists();

  for (let index = 0; index < 250; index++) retired.add(`list ${index}`);
  retired.add('list 249');

  expect(retired.names).toHaveLength(200);
  expect([retired.names[0], retired.names.at(-1)]).toEqual(['list 50', 'list 249']);
});
