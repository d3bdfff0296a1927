/** One line pair of a Python traceback. `mark` is the part of the code that Python 3.11 underlines. */
export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  readonly code: string;
  readonly mark?: string;
}

/** One exception of a chain, the oldest first. */
export interface Raised {
  readonly frames: readonly Frame[];
  /** The last lines: `module.Error: text`, which may itself hold line breaks. */
  readonly error: string;
  /** How this one followed the one before it: raised while handling it, or `from` it. */
  readonly after?: 'handling' | 'cause';
}

/** Why a run of a task ended badly: Celery's `exception` field, and what `traceback` is made of. */
export interface Failure {
  readonly exception: string;
  readonly chain: readonly Raised[];
}

/** Where the task that fails is written. */
export interface Place {
  readonly file: string;
  readonly function: string;
}

export const sitePackages = '/srv/venv/lib/python3.11/site-packages';
export const standardLibrary = '/usr/lib/python3.11';
export const applicationRoot = '/srv/app';

const separators = {
  handling: 'During handling of the above exception, another exception occurred:',
  cause: 'The above exception was the direct cause of the following exception:',
} as const;

/** The frames through which every task of a real worker is called: celery/app/trace.py. */
export const celeryFrames: readonly Frame[] = [
  {
    file: `${sitePackages}/celery/app/trace.py`,
    line: 585,
    function: 'trace_task',
    code: 'R = retval = fun(*args, **kwargs)',
    mark: 'fun(*args, **kwargs)',
  },
  {
    file: `${sitePackages}/celery/app/trace.py`,
    line: 858,
    function: '__protected_call__',
    code: 'return self.run(*args, **kwargs)',
    mark: 'self.run(*args, **kwargs)',
  },
];

/** Text as `traceback.format_exception` gives it. */
export function formatTraceback(chain: readonly Raised[]): string {
  return chain.map(formatRaised).join('\n');
}

/** The traceback of `raise self.retry(exc=exc, countdown=seconds)` in a task that lives in `file`. */
export function retryTraceback(failure: Failure | undefined, where: Place, seconds: number): string {
  const retry: Raised = {
    frames: [
      ...celeryFrames,
      {
        file: where.file,
        line: 41,
        function: where.function,
        code: failure
          ? `raise self.retry(exc=exc, countdown=${seconds})`
          : 'raise self.retry(countdown=interval)',
        mark: failure ? `self.retry(exc=exc, countdown=${seconds})` : 'self.retry(countdown=interval)',
      },
      { file: `${sitePackages}/celery/app/task.py`, line: 790, function: 'retry', code: 'raise ret' },
    ],
    error: `celery.exceptions.Retry: Retry in ${seconds}s${failure ? `: ${failure.exception}` : ''}`,
    after: 'handling',
  };
  return formatTraceback([...(failure?.chain ?? []), retry]);
}

function formatRaised(raised: Raised, index: number): string {
  const heading = index > 0 ? `${separators[raised.after ?? 'handling']}\n\n` : '';
  return `${heading}Traceback (most recent call last):\n${raised.frames.map(formatFrame).join('')}${raised.error}\n`;
}

function formatFrame({ file, line, function: name, code, mark }: Frame): string {
  const at = mark === undefined ? -1 : code.indexOf(mark);
  const underline = at < 0 || mark === undefined ? '' : `    ${' '.repeat(at)}${'^'.repeat(mark.length)}\n`;
  return `  File "${file}", line ${line}, in ${name}\n    ${code}\n${underline}`;
}

export function single(error: string, exception: string, ...frames: readonly Frame[]): Failure {
  return { exception, chain: [{ frames: [...celeryFrames, ...frames], error }] };
}

export function own(file: string, line: number, name: string, code: string, mark?: string): Frame {
  return { file, line, function: name, code, ...(mark === undefined ? {} : { mark }) };
}

export function library(file: string, line: number, name: string, code: string, mark?: string): Frame {
  return own(`${sitePackages}/${file}`, line, name, code, mark);
}

export function python(file: string, line: number, name: string, code: string, mark?: string): Frame {
  return own(`${standardLibrary}/${file}`, line, name, code, mark);
}
