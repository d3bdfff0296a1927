import { describe, expect, it } from 'vitest';
import { shedNote } from '../../../src/presentation/shed-text.ts';
import { taskColumns } from '../../../src/presentation/task-columns.ts';
import { noTraceback, taskArgs, taskResult } from '../../../src/presentation/task-details.ts';
import { taskInfo } from '../../../src/presentation/task-info.ts';
import { taskPreview, taskSummary } from '../../../src/presentation/task-preview.ts';
import { type TaskView, tellingText } from '../../../src/presentation/task-view.ts';
import { State } from '../../../src/state/state.ts';
import { freezeTask } from '../../../src/ui/model/frozen-task.ts';
import { contextWith, textOf } from './sample-cluster.ts';

const context = contextWith();

/** A failed task of a State that had to drop every text of it. */
function bare(subject: 'succeeded' | 'failed' | 'revoked' | 'rejected'): TaskView {
  const state = new State({ maxBytesInMemory: 400_000 });
  const event = { uuid: 'u-1', hostname: 'celery@w1', timestamp: 1, local_received: 1 };
  const text = 'x'.repeat(1_000);
  state.event({ ...event, type: 'task-received', name: 'app.add', args: text, kwargs: text });
  state.event({
    ...{ ...event, type: `task-${subject}`, terminated: true, requeue: true },
    ...(subject === 'failed' ? { exception: text, traceback: text } : { result: text }),
  });
  for (let other = 0; other < 400; other += 1) {
    state.event({ ...event, uuid: `later-${other}`, type: 'task-received', args: text });
  }
  const task = state.tasks.get('u-1');
  if (task === undefined) throw new Error('the task itself was dropped');
  return task;
}

describe('texts that were dropped to save memory', () => {
  const failed = bare('failed');
  const succeeded = bare('succeeded');

  it('are not said never to have been there', () => {
    expect(failed.shed).toEqual(expect.arrayContaining(['args', 'kwargs', 'exception', 'traceback']));
    expect(textOf(taskArgs(failed, 79, context)).join(' ')).toContain(shedNote);
    expect(textOf(taskResult(failed, 79, context)).join(' ')).toContain(`The exception was ${shedNote}`);
    expect(textOf(taskResult(succeeded, 79, context)).join(' ')).toContain(`The result was ${shedNote}`);
    expect(noTraceback(failed)).toBe(`The traceback was ${shedNote}`);
  });

  it('are named in the list, in its preview and in the details', () => {
    const args = taskColumns.find(({ id }) => id === 'args');

    expect(tellingText(failed)).toBe(shedNote);
    expect(args?.cell(failed, context, 40)).toMatchObject({ text: shedNote });
    expect(textOf([taskSummary(succeeded, 119, context)])[0]).toContain(shedNote);
    expect(textOf(taskPreview(failed, 119, context)).join(' ')).toContain('args, kwargs, exception');
    expect(textOf(taskInfo(failed, 79, context)).join(' ')).toContain(shedNote);
  });

  it('leave open how a task was revoked or rejected', () => {
    expect(tellingText(bare('revoked'))).toBe(`revoked, details ${shedNote}`);
    expect(tellingText(bare('rejected'))).toBe(shedNote);
  });

  it('stay dropped in a paused picture', () => {
    expect(freezeTask(failed).shed).toEqual(failed.shed);
  });
});
