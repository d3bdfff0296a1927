import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatBytes,
  formatCoarseAge,
  formatCount,
  formatDuration,
  formatExactDuration,
  formatRate,
  formatRunning,
  formatShare,
} from '../../../src/presentation/format.ts';

describe('formatCount', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1_204, '1,204'],
    [48_210, '48,210'],
    [999_999, '999,999'],
    [1_204_000, '1.20M'],
    [12_040_000, '12.0M'],
    [999_999_999, '1.00G'],
    [Number.NaN, '–'],
  ])('%d is %s', (count, expected) => {
    expect(formatCount(count)).toBe(expected);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [0.004, '4ms'],
    [0.0996, '0.10s'],
    [0.31, '0.31s'],
    [9.994, '9.99s'],
    [9.996, '10.0s'],
    [31, '31.0s'],
    [59.96, '1m00s'],
    [130, '2m10s'],
    [11_040, '3h04m'],
    [183_600, '2d03h'],
    [100 * 86_400, '100d'],
    [-3, '~0'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('%d s is %s', (seconds, expected) => {
    expect(formatDuration(seconds)).toBe(expected);
  });
});

describe('formatExactDuration', () => {
  it.each([
    [0.0041, '0.004s'],
    [1.204, '1.204s'],
    [9.9996, '10.0s'],
    [31.02, '31.0s'],
    [-0.1, '~0'],
  ])('%d s is %s', (seconds, expected) => {
    expect(formatExactDuration(seconds)).toBe(expected);
  });
});

describe('formatRunning', () => {
  it('moves once a second under a minute', () => {
    expect(formatRunning(100.6, 113.0)).toBe('12.4s+');
    expect(formatRunning(100.6, 113.99)).toBe('12.4s+');
    expect(formatRunning(100.6, 114.0)).toBe('13.4s+');
  });

  it('moves once per five seconds after a minute', () => {
    expect(formatRunning(1000, 1070)).toBe('1m10s+');
    expect(formatRunning(1000, 1074.9)).toBe('1m10s+');
    expect(formatRunning(1000, 1075)).toBe('1m15s+');
  });

  it('never goes back or below zero when it crosses a minute or starts in the future', () => {
    expect(formatRunning(1001, 1061)).toBe('1m00s+');
    expect(formatRunning(2000, 1000)).toBe('0.0s+');
  });
});

describe('formatRate', () => {
  it.each([
    [0, '0'],
    [0.92, '0.92'],
    [3.94, '3.9'],
    [38.4, '38'],
    [412, '410'],
    [1_234, '1,200'],
    [12_345, '12k'],
    [1_250_000, '1.3M'],
    [-1, '–'],
  ])('%d is %s', (rate, expected) => {
    expect(formatRate(rate)).toBe(expected);
  });
});

describe('formatBytes', () => {
  it.each([
    [61, '61 B'],
    [56_956 * 1024, '56M'],
    [412 * 1024 ** 2, '412M'],
    [1.25 * 1024 ** 3, '1.3G'],
    [-1, '–'],
  ])('%d is %s', (bytes, expected) => {
    expect(formatBytes(bytes)).toBe(expected);
  });
});

describe('ages', () => {
  it.each([
    [0.4, '0s'],
    [14, '14s'],
    [192, '3m12s'],
    [-5, '0s'],
  ])('%d s is %s', (seconds, expected) => {
    expect(formatAge(seconds)).toBe(expected);
  });

  it.each([
    [0, 'now'],
    [4.9, 'now'],
    [5, '5s'],
    [19, '10s'],
    [29, '20s'],
    [59, '30s'],
    [60, '1m'],
    [7_300, '2h'],
    [200_000, '2d'],
  ])('%d s is roughly %s', (seconds, expected) => {
    expect(formatCoarseAge(seconds)).toBe(expected);
  });
});

describe('formatShare', () => {
  it.each([
    [1, '100 %'],
    [0.999999, '>99.9 %'],
    [0.9991, '>99.9 %'],
    [0.999, '99.9 %'],
    [0.98765, '98.7 %'],
    [0.98799, '98.7 %'],
    [0.0004, '0.0 %'],
    [0, '0.0 %'],
    [Number.NaN, '–'],
    [7, '100 %'],
  ])('of %d is %s', (share, words) => {
    expect(formatShare(share)).toBe(words);
  });
});
