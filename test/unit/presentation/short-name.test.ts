import { describe, expect, it } from 'vitest';
import {
  cutMiddle,
  sharedNodePrefix,
  shortNodeName,
  shortTaskName,
  shortUuid,
  uuidLength,
} from '../../../src/presentation/short-name.ts';
import { textWidth } from '../../../src/presentation/text.ts';

describe('shortTaskName', () => {
  it.each([
    [30, 'app.reports.build_quarterly'],
    [26, 'a.reports.build_quarterly'],
    [24, 'a.r.build_quarterly'],
    [16, 'a.r.buil…arterly'],
  ])('in %d columns is %s', (width, expected) => {
    const name = shortTaskName('app.reports.build_quarterly', width, '…');

    expect(name).toBe(expected);
    expect(textWidth(name)).toBeLessThanOrEqual(width);
  });

  it('cuts a name of wide characters by columns', () => {
    const name = shortTaskName('日本語日本語日本語日本語', 9, '…');

    expect(name).toBe('日本…本語');
  });

  it('cuts a name of a million characters at once', () => {
    expect(shortTaskName('x.'.repeat(500_000), 10, '…')).toHaveLength(10);
  });
});

describe('uuidLength', () => {
  it('is eight while the first eight characters differ', () => {
    expect(uuidLength(['aaaaaaaa-1', 'aaaaaaab-1', 'b'])).toBe(8);
  });

  it('grows until the visible uuids differ', () => {
    expect(uuidLength(['aaaaaaaa-1111', 'aaaaaaaa-1112', 'b'])).toBe(13);
  });

  it('never exceeds a uuid, whatever a producer sends', () => {
    const long = 'x'.repeat(500);

    expect(uuidLength([`${long}1`, `${long}2`])).toBe(36);
  });

  it('counts a uuid that is shown twice once', () => {
    expect(uuidLength(['aaaaaaaa-1', 'aaaaaaaa-1'])).toBe(8);
    expect(shortUuid('aaaaaaaa-1')).toBe('aaaaaaaa');
  });
});

describe('node names', () => {
  it('lose the prefix that all share only when they do not fit', () => {
    expect(shortNodeName('celery@w2', 10, 'celery@', '…')).toBe('celery@w2');
    expect(shortNodeName('celery@worker-17', 10, 'celery@', '…')).toBe('worker-17');
    expect(shortNodeName('mail@worker-17', 10, 'celery@', '…')).toBe('mail@…r-17');
  });

  it('share a prefix only when every one begins with it', () => {
    expect(sharedNodePrefix(['celery@a', 'celery@b'])).toBe('celery@');
    expect(sharedNodePrefix(['celery@a', 'mail@b'])).toBe('');
    expect(sharedNodePrefix(['no-at-sign'])).toBe('');
    expect(sharedNodePrefix([])).toBe('');
  });
});

it('keeps both ends of a text, or its start where only that fits', () => {
  expect(cutMiddle('abcdefghij', 5, '…')).toBe('ab…ij');
  expect(cutMiddle('abcdefghij', 2, '…')).toBe('ab');
});
