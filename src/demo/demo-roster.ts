import type { PoolKind } from './demo-pool.ts';

/** How a worker was started. */
export interface WorkerSpec {
  readonly hostname: string;
  readonly pool: PoolKind;
  readonly concurrency: number;
  /** --autoscale max,min */
  readonly autoscale?: { readonly max: number; readonly min: number };
  readonly queues: readonly string[];
}

const first: WorkerSpec = {
  hostname: 'celery@web-1',
  pool: 'prefork',
  concurrency: 4,
  queues: ['celery', 'email'],
};

const roster: readonly WorkerSpec[] = [
  first,
  { hostname: 'celery@web-2', pool: 'threads', concurrency: 6, queues: ['celery', 'email'] },
  { hostname: 'celery@media-1', pool: 'prefork', concurrency: 4, queues: ['media'] },
  {
    hostname: 'celery@reports-1',
    pool: 'prefork',
    concurrency: 2,
    autoscale: { max: 6, min: 2 },
    queues: ['reports'],
  },
  { hostname: 'celery@beat-solo', pool: 'solo', concurrency: 1, queues: ['periodic'] },
];

/** A load above this needs pools that many times as large. */
const ratePerPool = 60;

/**
 * The workers of a demo with `count` of them. With fewer than five the first one takes the queues of those that are not
 * there; beyond five come more of its kind.
 */
export function workerSpecs(count: number, rate: number): WorkerSpec[] {
  const chosen = roster.slice(0, count);
  const orphaned = roster.slice(count).flatMap(({ queues }) => queues);
  for (let extra = roster.length; extra < count; extra += 1) {
    chosen.push({ ...first, hostname: `celery@web-${extra - 2}` });
  }
  const scale = Math.ceil(rate / ratePerPool);
  return chosen.map((spec, index) => ({
    ...spec,
    queues: index === 0 ? [...new Set([...spec.queues, ...orphaned])] : spec.queues,
    concurrency: spec.pool === 'solo' || spec.autoscale ? spec.concurrency : spec.concurrency * scale,
  }));
}
