import { type Context, createContext } from '../../../src/presentation/context.ts';
import type { Line } from '../../../src/presentation/line.ts';
import type { TaskView } from '../../../src/presentation/task-view.ts';
import type { WorkerRow } from '../../../src/presentation/worker-row.ts';

/** Seconds of a time of the day on which all samples happen. */
export function at(clock: string): number {
  return Date.parse(`2026-08-22T${clock}Z`) / 1000;
}

export const now: number = at('14:03:27.000');

export function contextWith(parts: Partial<Context> = {}): Context {
  return createContext({ now, ...parts });
}

export function textOf(lines: readonly Line[]): string[] {
  return lines.map((line) => line.map((span) => span.text).join(''));
}

export function text(line: Line): string {
  return textOf([line])[0] ?? '';
}

/** Chained, through a library, with carets and a message of two lines. */
export const traceback = `Traceback (most recent call last):
  File "/srv/venv/lib/python3.12/site-packages/celery/app/trace.py", line 453, in trace_task
    R = retval = fun(*args, **kwargs)
                 ^^^^^^^^^^^^^^^^^^^^
  File "/srv/app/mail/tasks.py", line 41, in send_email
    smtp.send_message(msg)
  File "/usr/lib/python3.12/smtplib.py", line 986, in send_message
    return self.sendmail(from_addr, to_addrs, flatmsg, mail_options,
  File "/usr/lib/python3.12/smtplib.py", line 892, in sendmail
    raise SMTPSenderRefused(code, resp, from_addr)
smtplib.SMTPServerDisconnected: Connection unexpectedly closed

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/app/mail/tasks.py", line 45, in send_email
    raise MailError(address) from error
app.mail.MailError: mail not sent
try again later
`;

export const failed: TaskView = {
  uuid: '3f2a91c4-77be-4c1d-9a35-0c5b6f1e2d10',
  state: 'FAILURE',
  name: 'app.mail.send_email',
  worker: 'celery@w2',
  queue: 'email',
  exchange: 'email',
  routingKey: 'email',
  client: 'gen312@web-3',
  retries: 3,
  sent: at('14:03:23.871'),
  received: at('14:03:24.085'),
  started: at('14:03:24.106'),
  failed: at('14:03:25.310'),
  timestamp: at('14:03:25.310'),
  args: '(4411,)',
  kwargs: "{'template': 'welcome', 'locale': 'de', 'meta': {'source': 'checkout', 'request_id': '9d12-44'}}",
  exception: "SMTPServerDisconnected('Connection unexpectedly closed')",
  traceback,
  parentId: 'b81e0d77-0000-4000-8000-000000000001',
  rootId: '55f0c2aa-0000-4000-8000-000000000001',
  extra: new Map<string, unknown>([['pid', 4121]]),
};

export const succeeded: TaskView = {
  uuid: 'b81e0d77-0000-4000-8000-000000000001',
  state: 'SUCCESS',
  name: 'app.billing.charge',
  worker: 'celery@w1',
  queue: 'celery',
  runtime: 0.312,
  received: at('14:03:25.000'),
  started: at('14:03:25.004'),
  succeeded: at('14:03:25.316'),
  timestamp: at('14:03:25.316'),
  result: "{'id': 'ch_19', 'ok': True}",
  args: '()',
  kwargs: '{}',
};

export const running: TaskView = {
  uuid: 'ab12cd34-0000-4000-8000-000000000001',
  state: 'STARTED',
  name: 'app.reports.build_quarterly_overview_of_everything',
  worker: 'celery@reports-3.example.com',
  queue: 'reports',
  received: at('14:03:22.600'),
  started: at('14:03:24.900'),
  timestamp: at('14:03:24.900'),
  args: "(2026, 'Q2')",
  kwargs: '{}',
};

export const revoked: TaskView = {
  uuid: 'c0ffee12-0000-4000-8000-000000000001',
  state: 'REVOKED',
  name: 'app.reports.build',
  worker: 'celery@w3',
  queue: 'reports',
  timestamp: at('14:03:23.000'),
  extra: new Map<string, unknown>([
    ['terminated', true],
    ['signum', 15],
    ['expired', false],
  ]),
};

export const pending: TaskView = {
  uuid: '4417ac9e-0000-4000-8000-000000000001',
  state: 'PENDING',
  name: 'app.billing.charge',
  queue: 'celery',
  sent: at('14:03:23.000'),
  timestamp: at('14:03:23.000'),
  args: '(9120, 1999)',
};

export const progressing: TaskView = {
  uuid: 'deadbeef-0000-4000-8000-000000000001',
  state: 'PROGRESS',
  name: 'app.video.transcode',
  worker: 'celery@w4',
  queue: 'video',
  received: at('14:03:14.590'),
  started: at('14:03:14.600'),
  timestamp: at('14:03:20.000'),
  args: '()',
};

export const tasks: readonly TaskView[] = [failed, succeeded, running, revoked, pending, progressing];

export const offline: WorkerRow = {
  hostname: 'celery@w5',
  status: 'offline',
  goneFor: 192,
  wasActive: 2,
  processed: 9102,
  donePerMinute: 0,
  queues: ['celery'],
};

export const busy: WorkerRow = {
  hostname: 'celery@w1',
  status: 'busy',
  active: 8,
  pool: 8,
  loadavg: [3.91, 3.7, 3.55],
  donePerMinute: 612,
  failedPerMinute: 4,
  failPercent: 0.7,
  queues: ['celery', 'video'],
  queueDetails: [
    { name: 'celery', exchangeType: 'direct', durable: true, routingKey: 'celery' },
    { name: 'video', exchangeType: 'direct', durable: true, routingKey: 'video' },
  ],
  beatAge: 1.2,
  processed: 201_113,
  prefetch: 32,
  rss: 412 * 1024 * 1024,
  drift: 0.1,
  pid: 4100,
  uptime: 273_840,
  version: '5.6.0',
  ident: 'py-celery',
  system: 'Linux',
  reserved: 24,
  scheduled: 3,
  poolImplementation: 'prefork',
  poolProcesses: [4121, 4122, 4123, 4125, 4126, 4127, 4130, 4131],
  timeLimits: { soft: 25, hard: 30 },
  eventsOn: true,
  broker: 'amqp://rabbit-1:5672//orders',
  clock: 8_812_231,
  fetchedAt: now - 2,
  activeTasks: [
    {
      uuid: '90c4f1aa-0000-4000-8000-000000000001',
      name: 'app.reports.build_quarterly',
      args: "(2026, 'Q2')",
      startedAt: now - 271,
      pid: 4121,
    },
    {
      uuid: 'e5511b02-0000-4000-8000-000000000001',
      name: 'app.img.resize_thumbnail',
      args: "('s3://raw/e551.jpg',)",
      startedAt: now - 0.3,
      pid: 4122,
    },
    {
      uuid: 'e5511b03-0000-4000-8000-000000000001',
      name: 'app.img.resize_thumbnail',
      args: undefined,
      startedAt: undefined,
      pid: undefined,
    },
  ],
};

export const online: WorkerRow = {
  hostname: 'celery@w2',
  status: 'online',
  active: 5,
  pool: 8,
  loadavg: [2.02, 2, 2],
  beatAge: 0.2,
};

export const unheard: WorkerRow = { hostname: 'celery@w9', status: 'no events' };

export const workers: readonly WorkerRow[] = [offline, busy, online, unheard];
