import { describe, expect, it } from 'vitest';
import { parseTraceback } from '../../../src/presentation/traceback.ts';
import { type TracebackOptions, tracebackRows } from '../../../src/presentation/traceback-lines.ts';
import { contextWith, textOf, traceback } from './sample-cluster.ts';

function rows(width: number, options: TracebackOptions = {}, text: string = traceback): string[] {
  return textOf(tracebackRows(parseTraceback(text), width, contextWith(), options).lines);
}

const long = [
  'Traceback (most recent call last):',
  ...Array.from({ length: 150 }, (_, index) => [
    `  File "/srv/venv/lib/python3.12/site-packages/lib${index}.py", line ${index}, in call`,
    `    call(${index})`,
  ]).flat(),
  '  File "/srv/app/tasks.py", line 7, in run',
  '    boom()',
  'ValueError: boom',
].join('\n');

describe('tracebackRows', () => {
  it('numbers the lines, marks the last own frame and rules off a chain', () => {
    expect(rows(79)).toEqual([
      '    1  Traceback (most recent call last):',
      '    2    File "/srv/venv/lib/python3.12/site-packages/celery/app/trace.py", ',
      '             line 453, in trace_task',
      '    3      R = retval = fun(*args, **kwargs)',
      '    4                   ^^^^^^^^^^^^^^^^^^^^',
      '    5    File "/srv/app/mail/tasks.py", line 41, in send_email',
      '    6      smtp.send_message(msg)',
      '    7    File "/usr/lib/python3.12/smtplib.py", line 986, in send_message',
      '    8      return self.sendmail(from_addr, to_addrs, flatmsg, mail_options,',
      '    9    File "/usr/lib/python3.12/smtplib.py", line 892, in sendmail',
      '   10      raise SMTPSenderRefused(code, resp, from_addr)',
      '   11  smtplib.SMTPServerDisconnected: Connection unexpectedly closed',
      '   12  ',
      '── During handling of the above exception, another exception occurred: ────────',
      '   14  ',
      '   15  Traceback (most recent call last):',
      '   16    File "/srv/app/mail/tasks.py", line 45, in send_email',
      '  ▸17      raise MailError(address) from error',
      '   18  app.mail.MailError: mail not sent',
      '   19  try again later',
    ]);
  });

  it('has no numbers where there is no room for them', () => {
    expect(rows(59)[1]).toBe('    File "/srv/venv/lib/python3.12/site-packages/celery/app');
    expect(rows(59)).toContain('▸     raise MailError(address) from error');
  });

  it('cuts and moves lines sideways when wrapping is off', () => {
    expect(rows(50, { wrap: false })[1]).toBe('    File "/srv/venv/lib/python3.12/site-packages/…');
    expect(rows(50, { wrap: false, left: 8 })[1]).toBe('  /srv/venv/lib/python3.12/site-packages/celery/a…');
  });

  it('folds runs of library frames and keeps the numbers of the others', () => {
    expect(rows(79, { folded: true }).slice(0, 5)).toEqual([
      '    1  Traceback (most recent call last):',
      '         … 1 library frame',
      '    5    File "/srv/app/mail/tasks.py", line 41, in send_email',
      '    6      smtp.send_message(msg)',
      '         … 2 library frames',
    ]);
  });

  it('opens where the last own frame is in view', () => {
    const opened = tracebackRows(parseTraceback(long), 79, contextWith());
    const window = textOf(opened.lines.slice(opened.start, opened.start + 10));

    expect(opened.lines.length).toBeGreaterThan(300);
    expect(window).toContain('  ▸303      boom()');
  });

  it('folds 300 lines to the few that matter', () => {
    expect(rows(79, { folded: true }, long)).toEqual([
      '     1  Traceback (most recent call last):',
      '          … 150 library frames',
      '   302    File "/srv/app/tasks.py", line 7, in run',
      '  ▸303      boom()',
      '   304  ValueError: boom',
    ]);
  });

  it('shows what was found, also across spans of other tones', () => {
    const found = tracebackRows(parseTraceback(traceback), 79, contextWith(), { find: 'tasks.py", line 41' });

    expect(found.matches).toEqual([6 - 1]);
    const matched = found.lines.flat().filter((span) => span.tone === 'match');
    expect(matched.map((span) => span.text).join('')).toBe('tasks.py", line 41');
  });

  it('stops at the headings of a chain while nothing is looked for', () => {
    expect(tracebackRows(parseTraceback(traceback), 119, contextWith()).matches).toEqual([12]);
  });

  it('colours by role alone', () => {
    const { lines } = tracebackRows(parseTraceback(traceback), 119, contextWith());

    expect(lines[4]?.slice(1)).toEqual([
      { text: '  File ' },
      { text: '"/srv/app/mail/tasks.py"', tone: 'path' },
      { text: ', line ' },
      { text: '41', tone: 'strong' },
      { text: ', in ' },
      { text: 'send_email', tone: 'strong' },
    ]);
    expect(lines[1]?.map((span) => span.tone)).toEqual(['muted']);
    expect(lines[10]?.at(-1)?.tone).toBe('fail');
  });
});
