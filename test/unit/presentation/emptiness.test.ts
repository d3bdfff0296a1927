import { describe, expect, it } from 'vitest';
import { type EmptinessFacts, emptinessLines } from '../../../src/presentation/emptiness.ts';
import { contextWith, now, textOf } from './sample-cluster.ts';

const facts: EmptinessFacts = {
  brokerLabel: 'redis://cache-1:6379/0',
  connection: { kind: 'ready', sinceMs: (now - 14) * 1000 },
  workersAnswered: ['celery@w1', 'celery@w2', 'celery@w3'],
  workersSending: 0,
  sentSeen: false,
  filtered: false,
  total: 0,
  workersKey: '3',
};

function panel(parts: Partial<EmptinessFacts>, width: number = 79): string[] {
  return textOf(emptinessLines({ ...facts, ...parts }, width, contextWith()));
}

describe('emptinessLines', () => {
  it('explains why there may be none, and offers to switch events on', () => {
    expect(panel({})).toEqual([
      '',
      '   No task events yet. What this monitor can see:',
      '',
      '   ✓ broker  redis://cache-1:6379/0   connected 14s',
      '   ✓ workers 3 answered ping: celery@w1 celery@w2 celery@w3',
      '   – events  seen from 0 of 3 workers: off, or nothing has run yet',
      '   – sent    never seen: tasks appear when a worker receives them',
      '',
      '   Press E to turn on task events on these 3 workers (enable_events) if tasks',
      '   run and none shows here. It lasts until they restart. To keep it, start',
      '   with -E or set',
      '     worker_send_task_events = True',
      '     task_send_sent_event = True',
      '',
      '   Workers and control commands already work: press 3.',
    ]);
  });

  it('does not offer it when there is no worker, or when events are on', () => {
    expect(panel({ workersAnswered: [] }).join('\n')).not.toContain('Press E');
    expect(panel({ workersAnswered: [] }).join('\n')).toContain('Start a worker on this broker');
    expect(panel({ workersSending: 3, sentSeen: true }).join('\n')).not.toContain('Press E');
    expect(panel({ workersSending: 3, sentSeen: true })).toContain('   ✓ events  seen from 3 of 3 workers');
  });

  it('speaks of one worker as one', () => {
    expect(panel({ workersAnswered: ['celery@w1'] }).join('\n')).toContain('on this worker (enable_events)');
    expect(panel({ workersAnswered: ['celery@w1'], workersSending: 1 })).toContain(
      '   ✓ events  seen from 1 of 1 worker',
    );
  });

  it('says only what is wrong with the broker while it is not there', () => {
    expect(panel({ connection: { kind: 'retrying', error: 'ECONNREFUSED' } }).at(-1)).toBe(
      '   ✗ broker  redis://cache-1:6379/0   ECONNREFUSED',
    );
    expect(panel({ connection: { kind: 'refused', error: 'ACCESS_REFUSED' } }).at(-1)).toBe(
      '   ✗ broker  redis://cache-1:6379/0   refused: ACCESS_REFUSED',
    );
    expect(panel({ connection: { kind: 'connecting' } }).at(-1)).toContain('connecting');
  });

  it('says when a filter hides everything', () => {
    expect(panel({ filtered: true, total: 48_210 })).toEqual([
      '',
      '   0 of 48,210 match. Esc clears the filter.',
    ]);
    expect(panel({ filtered: true, total: 0 })).toContain(
      '   No task events yet. What this monitor can see:',
    );
  });

  it('goes on below itself on a narrow terminal', () => {
    expect(panel({}, 39).slice(3, 7)).toEqual([
      '   ✓ broker  redis://cache-1:6379/0',
      '             connected 14s',
      '   ✓ workers 3 answered ping: celery@w1',
      '             celery@w2 and 1 more',
    ]);
  });
});
