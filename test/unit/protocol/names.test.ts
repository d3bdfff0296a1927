import { describe, expect, it } from 'vitest';
import {
  eventRoutingKey,
  mailboxExchange,
  matchesTopic,
  type RedisNaming,
  redisChannel,
  redisTopicPattern,
  replyQueueName,
} from '../../../src/protocol/names.ts';

describe('matchesTopic', () => {
  it.each([
    ['#', '', true],
    ['#', 'task.sent', true],
    ['task.sent', 'task.sent', true],
    ['task.*', 'task.sent', true],
    ['task.*', 'task', false],
    ['task.*', 'task.custom.thing', false],
    ['task.#', 'task', true],
    ['task.#', 'task.custom.thing', true],
    ['worker.#', 'task.sent', false],
    ['#.thing', 'task.custom.thing', true],
    ['*.#.thing', 'thing', false],
    ['#.#', '', true],
  ])('binds %j to %j: %s', (pattern, key, matches) => {
    expect(matchesTopic(pattern, key)).toBe(matches);
  });
});

describe('the names of exchanges and queues', () => {
  it('are those of Celery', () => {
    expect(mailboxExchange()).toBe('celery.pidbox');
    expect(mailboxExchange('ctl')).toBe('ctl.pidbox');
    expect(replyQueueName('1-2')).toBe('1-2.reply.celery.pidbox');
    expect(eventRoutingKey('worker-elect-ack')).toBe('worker.elect.ack');
  });
});

describe('the channels of Redis', () => {
  it.each<[RedisNaming, string, string]>([
    [{ database: '0' }, '/0.celeryev/*', '/0.celery.pidbox'],
    [{ database: '0', fanoutPrefix: true }, '/0.celeryev/*', '/0.celery.pidbox'],
    [{ database: '0', fanoutPrefix: false }, 'celeryev/*', 'celery.pidbox'],
    [{ database: '7', fanoutPrefix: '/my{db}.' }, '/my7.celeryev/*', '/my7.celery.pidbox'],
    [{ database: '3', fanoutPatterns: false }, '/3.celeryev', '/3.celery.pidbox'],
    [{ database: '3', globalKeyprefix: 'pfx:' }, 'pfx:/3.celeryev/*', 'pfx:/3.celery.pidbox'],
  ])('follow the transport options %j', (naming, events, control) => {
    expect(redisTopicPattern('celeryev', naming)).toBe(events);
    expect(redisChannel('celery.pidbox', naming)).toBe(control);
  });
});
