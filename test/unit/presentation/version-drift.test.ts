import { describe, expect, it } from 'vitest';
import { versionDrift, type WorkerReport } from '../../../src/presentation/version-drift.ts';

/** As celery/app/utils.py:bugreport begins. */
function report(hostname: string, versions: Readonly<Record<string, string>> = {}): WorkerReport {
  const { celery = '5.6.3 (recovery)', py = '3.11.7', driver = 'redis:5.2.1' } = versions;
  const text = [
    '',
    `software -> celery:${celery} kombu:5.6.2 py:${py}`,
    `            billiard:4.3.2 ${driver}`,
    'platform -> system:Linux arch:64bit, ELF',
    '            kernel version:6.1.0 imp:CPython',
    'loader   -> celery.loaders.app.AppLoader',
    "broker_url: 'redis://localhost:6379/0'",
    '',
  ].join('\n');
  return { hostname, text };
}

describe('versionDrift', () => {
  it('says once what all workers run', () => {
    expect(versionDrift([report('w1@h')])).toBe(
      '1 worker runs celery:5.6.3 (recovery) kombu:5.6.2 py:3.11.7 billiard:4.3.2 redis:5.2.1',
    );
    expect(versionDrift([report('w1@h'), report('w2@h')])).toMatch(
      /^2 workers run celery:5\.6\.3 \(recovery\) kombu/,
    );
  });

  it('names what differs, and who has which', () => {
    const reports = [
      report('w1@h'),
      report('w2@h', { py: '3.12.1' }),
      report('w3@h', { celery: '5.5.0 (immunity)', driver: 'py-amqp:5.3.1' }),
    ];

    expect(versionDrift(reports)).toBe(
      '3 workers run different versions: celery 5.6.3 (recovery) on w1@h w2@h, 5.5.0 (immunity) on w3@h; ' +
        'py 3.11.7 on w1@h w3@h, 3.12.1 on w2@h; redis 5.2.1 on w1@h w2@h, none on w3@h; ' +
        'py-amqp none on w1@h w2@h, 5.3.1 on w3@h',
    );
  });

  it('counts names that are too many for one line', () => {
    const many = Array.from({ length: 20 }, (_, n) => report(`w${n}@h`));

    expect(versionDrift([...many, report('old@h', { py: '3.9.1' })])).toBe(
      '21 workers run different versions: py 3.11.7 on w0@h w1@h w2@h and 17 more, 3.9.1 on old@h',
    );
  });

  it('makes nothing of a text that is no report, and shows none of it as it is', () => {
    expect(versionDrift([{ hostname: 'w', text: 'hello' }])).toBe('1 worker runs unknown versions');
    const hostile = { hostname: '\x1b[31m', text: 'software -> celery:\x1b[2J py:\x9b' };
    expect(versionDrift([report('w'), hostile])).not.toMatch(/[\x1b\x9b]/);
  });
});
