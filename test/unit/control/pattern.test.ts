import { describe, expect, it } from 'vitest';
import { patternProblem, shortGlob } from '../../../src/control/pattern.ts';

describe('a glob', () => {
  it.each([
    '*',
    'w?@host',
    'w[1-3]@*',
    'w[!a-c]@x',
    '[',
    'a]',
    '[]-a]',
    '[-a]',
    '\\',
    '***',
    'grün*',
    '*a'.repeat(8),
    '*'.repeat(255),
    '[*][**][***]*[*]*****',
  ])('may be %s', (pattern) => {
    expect(patternProblem(pattern, 'glob')).toBeUndefined();
  });

  it.each(['', '[z-a]', '*a'.repeat(9), 'w[13-1]*', 'x'.repeat(256)])('may not be %s', (pattern) => {
    expect(patternProblem(pattern, 'glob')).toBeTypeOf('string');
  });
});

describe('shortGlob', () => {
  it.each([
    ['w***@**', 'w*@*'],
    ['w?@*', 'w?@*'],
    ['[%-**-z]**', '[%-**-z]*'],
    ['[!]**]**', '[!]**]*'],
    ['[**', '[*'],
  ])('makes %s %s', (pattern, short) => {
    expect(shortGlob(pattern)).toBe(short);
  });
});

describe('a Python expression', () => {
  it.each([
    'w1@host',
    '^w\\d+@.*$',
    '(?:w|worker)[1-9]@x',
    '(celery|w)?@\\w+',
    '[^@]+@x',
    '[\\w.]+@x',
    '[-a]',
    'a{2}',
    'a{1,3}?',
    'a{2,}',
    'w.*?\\.example\\.com',
    '\\bw',
    'grün',
  ])('may be %s', (pattern) => {
    expect(patternProblem(pattern, 'pcre')).toBeUndefined();
  });

  it.each([
    '(',
    ')',
    'a)(b',
    '*',
    '^*',
    'a**',
    'a?+',
    '|+',
    '(+)',
    '[',
    '[]',
    '[z-a]',
    '[a-\\d]',
    '[\\d-z]',
    'a{3,1}',
    '{',
    'a{,3}',
    '\\',
    '\\1',
    '\\y',
    '\\Q',
    '(?i)w',
    '(?P<n>w)',
    '(?=w)',
    '(a+)+',
    '(a|aa)*',
    '(w){3}',
    '.*.*.*.*.*x',
    'a?a?a?a?a?a?a?a?a?',
    'x'.repeat(256),
  ])('may not be %s', (pattern) => {
    expect(patternProblem(pattern, 'pcre')).toBeTypeOf('string');
  });
});
