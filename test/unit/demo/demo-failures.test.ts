import { describe, expect, it } from 'vitest';
import { type FailureName, failures, poolFailure } from '../../../src/demo/demo-failures.ts';
import { Chance, seededRandom } from '../../../src/demo/demo-random.ts';
import { formatTraceback, retryTraceback } from '../../../src/demo/demo-tracebacks.ts';

const place = { file: '/srv/app/billing/tasks.py', function: 'charge' };

function tracebackOf(name: FailureName): string {
  return formatTraceback(failures[name](place, new Chance(seededRandom(1))).chain);
}

describe('failures', () => {
  it.each(Object.keys(failures) as FailureName[])(
    '%s reads like a Python traceback through Celery into the task',
    (name) => {
      const { exception } = failures[name](place, new Chance(seededRandom(1)));
      const traceback = tracebackOf(name);
      const type = exception.slice(0, exception.indexOf('('));
      expect(traceback).toMatch(/^Traceback \(most recent call last\):\n {2}File "/);
      expect(traceback).toContain('/site-packages/celery/app/trace.py", line 585, in trace_task');
      expect(traceback).toContain('File "/srv/app/billing/tasks.py", line ');
      expect(traceback).toMatch(new RegExp(`\\n([a-zA-Z_]\\w*\\.)*${type}:[^]*\\n$`));
    },
  );

  it('chains exceptions in both of the ways that Python has', () => {
    const traceback = tracebackOf('connection');
    expect(traceback.split('Traceback (most recent call last):')).toHaveLength(5);
    expect(traceback).toContain(
      '\n\nThe above exception was the direct cause of the following exception:\n\n',
    );
    expect(traceback).toContain(
      '\n\nDuring handling of the above exception, another exception occurred:\n\n',
    );
  });

  it('underlines exactly what is marked', () => {
    expect(tracebackOf('zeroDivision')).toContain(
      '    return (total / len(items)).quantize(CENT)\n            ^^^^^^^^^^^^^^^^^^\n',
    );
  });

  it('has a recursion of more than 300 lines', () => {
    expect(tracebackOf('recursion').split('\n').length).toBeGreaterThan(300);
  });

  it('ends a retry with the Retry that its handler raised', () => {
    const failure = failures.readTimeout(place, new Chance(seededRandom(1)));
    const traceback = retryTraceback(failure, place, 4);
    expect(traceback).toContain('    raise self.retry(exc=exc, countdown=4)\n          ^^^^^^');
    expect(traceback.trimEnd().split('\n').at(-1)).toBe(
      `celery.exceptions.Retry: Retry in 4s: ${failure.exception}`,
    );
  });

  it('hides the type of what the pool reports, as billiard does', () => {
    const { exception, traceback } = poolFailure({ hardLimit: 2 });
    expect(exception).toBe('ExceptionWithTraceback()');
    expect(traceback.split('\n').at(-2)).toBe('billiard.exceptions.TimeLimitExceeded: TimeLimitExceeded(2,)');
  });
});
