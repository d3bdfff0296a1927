import { describe, expect, it } from 'vitest';
import { precedence, readyStates, stateOfSubject, taskStates } from '../../../src/protocol/task-state.ts';

describe('task states', () => {
  it('rank as in celery/states.py, with custom states between FAILURE and REVOKED', () => {
    const states = [
      'PENDING',
      'RETRY',
      'PROGRESS',
      'REJECTED',
      'RECEIVED',
      'STARTED',
      'REVOKED',
      'FAILURE',
      'SUCCESS',
    ];

    expect(states.sort((a, b) => precedence(a) - precedence(b))).toEqual([
      'SUCCESS',
      'FAILURE',
      'PROGRESS',
      'REVOKED',
      'STARTED',
      'RECEIVED',
      'REJECTED',
      'RETRY',
      'PENDING',
    ]);
  });

  it('come from the subject of the event, in capitals if Celery does not know it', () => {
    const subjects = ['sent', 'received', 'started', 'failed', 'retried', 'succeeded', 'revoked', 'rejected'];

    expect(subjects.map(stateOfSubject)).toEqual([
      'PENDING',
      'RECEIVED',
      'STARTED',
      'FAILURE',
      'RETRY',
      'SUCCESS',
      'REVOKED',
      'REJECTED',
    ]);
    expect(stateOfSubject('custom-thing')).toBe('CUSTOM-THING');
    expect(stateOfSubject('constructor')).toBe('CONSTRUCTOR');
  });

  it('are ready when the task will not run again', () => {
    expect(taskStates.filter((state) => readyStates.has(state))).toEqual(['SUCCESS', 'FAILURE', 'REVOKED']);
  });
});
