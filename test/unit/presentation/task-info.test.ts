import { describe, expect, it } from 'vitest';
import { taskInfo } from '../../../src/presentation/task-info.ts';
import type { TaskView } from '../../../src/presentation/task-view.ts';
import {
  at,
  contextWith,
  failed,
  pending,
  revoked,
  running,
  succeeded,
  tasks,
  textOf,
} from './sample-cluster.ts';

const find = (uuid: string): TaskView | undefined => tasks.find((task) => task.uuid === uuid);

function info(task: TaskView, width: number): string[] {
  return textOf(taskInfo(task, width, contextWith(), find)).map((line) => line.trimEnd());
}

describe('taskInfo', () => {
  it('tells who the task is, its times, its arguments and its failure', () => {
    expect(info(failed, 79)).toEqual([
      ' uuid      3f2a91c4-77be-4c1d-9a35-0c5b6f1e2d10',
      ' name      app.mail.send_email',
      ' worker    celery@w2   pid 4121',
      ' queue     email   exchange email   routing_key email',
      ' client    gen312@web-3',
      ' eta       –   expires –',
      ' retries   3',
      ' parent    b81e0d77 app.billing.charge',
      ' root      55f0c2aa not seen',
      '── Times ────────────────────────────────────────────────────────────────── UTC',
      ' 14:03:23.871  sent        gen312@web-3',
      ' 14:03:24.085  received    celery@w2    +0.214s in queue',
      ' 14:03:24.106  started     celery@w2    +0.021s in worker',
      ' 14:03:25.310  ✗ failed    celery@w2    +1.204s running',
      '── Args ──────────────────────────────────────────────── repr from event, 103 B',
      ' args    (4411,)',
      ' kwargs',
      "   template  'welcome'",
      "   locale    'de'",
      '   meta      {2 keys}',
      "     source      'checkout'",
      "     request_id  '9d12-44'",
      '── SMTPServerDisconnected: Connection unexpectedly closed ─────────────────────',
      '  File "/usr/lib/python3.12/smtplib.py", line 986, in send_message',
      '    return self.sendmail(from_addr, to_addrs, flatmsg, mail_options,',
      '  File "/usr/lib/python3.12/smtplib.py", line 892, in sendmail',
      '    raise SMTPSenderRefused(code, resp, from_addr)',
      '  File "/srv/app/mail/tasks.py", line 45, in send_email',
      '    raise MailError(address) from error',
      '────────────────────────────────────── 2 more frames, t for the whole traceback',
    ]);
  });

  it('has two columns from 120 on', () => {
    const lines = info(failed, 119);

    expect(lines[0]).toMatch(/^── Identity ─+ {1,2}── Args ─+ repr from event, 103 B$/);
    expect(lines[1]).toBe(' uuid      3f2a91c4-77be-4c1d-9a35-0c5b6f1e2d10             args    (4411,)');
  });

  it('puts the few times of most tasks on one line', () => {
    expect(info(succeeded, 79)).toContain(
      ' received 14:03:25.000  +0.004s started  +0.312s ✓ succeeded 14:03:25.316',
    );
  });

  it('says how long it has been running or waiting', () => {
    expect(info(running, 79)).toContain(' running for 2.1s+');
    expect(info(pending, 79)).toContain(' waiting for 4.0s+');
  });

  it('does not count the start of an earlier attempt for a task that was received again', () => {
    const again = { ...running, state: 'RECEIVED', received: at('14:03:26.000') };

    expect(info(again, 79).join('\n')).not.toContain('started');
  });

  it('says what became of a task that never ran', () => {
    expect(info(revoked, 79).slice(-2)).toEqual([
      expect.stringMatching(/^── revoked ─+$/),
      ' terminated SIGTERM',
    ]);
    expect(info(revoked, 79)).toContain(' no times are known yet');
  });

  it('reads eta and expires in the zone of the screen', () => {
    const scheduled = { ...pending, eta: '2026-08-22T16:10:00+02:00', expires: 'never <b>' };

    expect(info(scheduled, 79)).toContain(' eta       14:10:00.000   expires never <b>');
  });

  it('shortens arguments that would push everything else off the screen', () => {
    const args = `(${Array.from({ length: 40 }, (_, index) => `'argument number ${index}'`).join(', ')})`;

    expect(info({ ...pending, args }, 79)).toContain('   … 28 more lines on Args');
  });
});
