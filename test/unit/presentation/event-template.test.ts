import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { EventTemplate } from '../../../src/presentation/event-template.ts';

const event = {
  type: 'task-succeeded',
  hostname: 'w1@a',
  timestamp: 1.5,
  uuid: 'u1',
  runtime: 2,
  result: "'x'",
  eta: null,
  'my-field': [1, 'a'],
};

describe('EventTemplate', () => {
  it.each([
    ['{time} {hostname} {type} {uuid}', '1970-01-01 00:00:01.500000+00:00 w1@a task-succeeded u1'],
    ['{runtime}s {result} {eta} {my-field}', "2.0s 'x' None [1, 'a']"],
    ['{timestamp}', '1.5'],
    ['<{missing}>{constructor}', '<>'],
    ['{{{uuid}}} {{x}}', '{u1} {x}'],
    ['no field', 'no field'],
  ])('prints %j', (template, line) => {
    expect(new EventTemplate(template).line(event, undefined)).toBe(line);
  });

  it('takes the name from the event, or from who remembers it', () => {
    const template = new EventTemplate('{name}.');

    expect(template.asksName).toBe(true);
    expect(template.line({ ...event, name: 'proj.add' }, 'other')).toBe('proj.add.');
    expect(template.line(event, 'proj.add')).toBe('proj.add.');
    expect(template.line(event, undefined)).toBe('.');
  });

  it('prints nothing for a time that is none', () => {
    expect(new EventTemplate('[{time}]').line({ type: 'x', timestamp: Number.NaN }, undefined)).toBe('[]');
  });

  it.each([
    ['', 'is empty'],
    ['{time} {uuid', 'column 8: this { has no }'],
    ['a{b{c}', 'column 2: this { has no }'],
    ['{time}}', 'column 7: this } has no {'],
    ['ab {}', 'column 4: these braces name no field'],
    ['{time} { uuid }', 'column 9: " uuid " is not the name of a field'],
  ])('refuses %j and names the column', (template, message) => {
    expect(() => new EventTemplate(template)).toThrow(UsageError);
    expect(() => new EventTemplate(template)).toThrow(message);
  });
});
