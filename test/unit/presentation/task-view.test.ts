import { describe, expect, it } from 'vitest';
import { runSeconds } from '../../../src/presentation/task-view.ts';

const tried = { uuid: 'u', received: 100, started: 101, retried: 104 };

describe('the run time of a task', () => {
  it.each([
    ['what the worker measured', { ...tried, state: 'SUCCESS', runtime: 0.7, succeeded: 109 }, 0.7],
    ['from start to failure', { ...tried, state: 'FAILURE', failed: 103.5 }, 2.5],
    ['from start to the next try', { ...tried, state: 'RETRY' }, 3],
    ['unknown while it runs', { ...tried, state: 'STARTED' }, undefined],
    [
      'none where the try was revoked before it began',
      { ...tried, state: 'REVOKED', received: 105, revoked: 106 },
      undefined,
    ],
    [
      'none where the try was rejected before it began',
      { ...tried, state: 'REJECTED', received: 105, rejected: 106 },
      undefined,
    ],
    ['up to the kill of a running task', { ...tried, state: 'REVOKED', revoked: 111 }, 10],
  ])('is %s', (_what, task, expected) => {
    expect(runSeconds(task)).toBe(expected);
  });
});
