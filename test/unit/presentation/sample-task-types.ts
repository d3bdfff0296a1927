import type { TypeRow } from '../../../src/presentation/task-type-row.ts';
import { percentiles, sampleType } from '../../support/sample-types.ts';
import { at } from './sample-cluster.ts';

/** The types of the mockup in the design of the view, and what it does not show. */
export const email: TypeRow = sampleType('app.mail.send_email', {
  ...{ started: 2_823, succeeded: 2_578, failed: 214, retried: 22, revoked: 3, running: 9 },
  run: percentiles(0.95, 1.8, 2.4, 2_578),
  workerWait: percentiles(0.012, 0.1, 0.31),
  queueWait: percentiles(0.214, 2.5, 9),
  rateLimit: '10/s',
  rateLimitSet: { limit: '10/s', at: at('14:01:12') },
  lastAt: at('14:03:25'),
});

export const charge: TypeRow = sampleType('app.billing.charge', {
  ...{ succeeded: 4_048, failed: 62 },
  run: percentiles(0.31, 0.9, 2.01),
  workerWait: percentiles(0.002, 0.004, 0.1),
  lastAt: at('14:03:24'),
});

export const thumbnail: TypeRow = sampleType('app.img.resize_thumbnail', {
  ...{ succeeded: 26_001 },
  run: percentiles(0.088, 0.152, 0.4),
  lastAt: at('14:03:25'),
});

export const cleanup: TypeRow = sampleType('celery.backend_cleanup', {
  ...{ succeeded: 1 },
  run: { count: 1, p50: 0.004, p95: undefined, p99: undefined },
  timeLimitSet: { limit: '25s/30s', at: at('14:02:00') },
});

/** Received, and nothing more. */
export const waiting: TypeRow = sampleType('app.reports.build_quarterly_overview_of_everything');

export const others: TypeRow = sampleType(undefined, { failed: 3, succeeded: 97 });

export const taskTypes: readonly TypeRow[] = [email, charge, thumbnail, cleanup, waiting, others];
