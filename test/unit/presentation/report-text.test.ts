import { expect, it } from 'vitest';
import { reportText } from '../../../src/presentation/report-text.ts';

const facts = {
  stalk: '0.1.0',
  clients: [['amqplib', '2.3.1'] as const, ['ioredis', '6.0.0'] as const],
  node: '20.20.2',
  v8: '11.3',
  system: 'Linux',
  arch: 'x64',
  kernel: '6.1.0',
  transport: 'redis',
  broker: 'redis://:***@cache:6379/0',
  server: 'Redis 7.0.15',
  resultBackend: undefined,
  settings: {},
};

it("reportText has the layout of Celery's report", () => {
  expect(reportText(facts)).toBe(`
software -> stalk:0.1.0 node:20.20.2
            amqplib:2.3.1 ioredis:6.0.0
platform -> system:Linux arch:x64
            kernel version:6.1.0 imp:V8 11.3
broker   -> Redis 7.0.15
settings -> transport:redis results:not given

broker_url: 'redis://:***@cache:6379/0'
`);
  const changed = { broker_transport_options: { fanout_patterns: false }, event_exchange: 'evx' };
  const asked = reportText({ ...facts, server: undefined, resultBackend: 'redis://b/1', settings: changed });
  expect(asked).toContain('\nbroker   -> unknown\nsettings -> transport:redis results:redis://b/1\n');
  expect(asked).toContain("\nbroker_transport_options: {'fanout_patterns': False}\nevent_exchange: 'evx'\n");
});
