import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type ClusterFacts,
  type GraphOptions,
  workersGraph,
} from '../../../src/presentation/workers-graph.ts';

const usual: GraphOptions = { wmax: 4, tmax: 3, generic: false, enumerate: false, queues: false };

/** What `celery graph workers` 5.6.3 drew of this cluster, by the words behind it. */
const drawn = new Map(
  readFileSync(new URL('../../fixtures/graph-workers.txt', import.meta.url), 'utf8')
    .split(/^\$ /m)
    .filter((part) => part !== '')
    .map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]),
);

const cluster: ClusterFacts = {
  broker: 'amqp://guest:***@rabbit:5672//',
  workers: [8, 2, 3, 4, 1, 12].map((concurrency, index) => ({
    hostname: `w${index + 1}@h`,
    concurrency,
    backend: 'redis://:***@cache:6379/1',
    queues: [],
  })),
};

describe('workersGraph', () => {
  it.each([
    ['', {}],
    ['enumerate', { enumerate: true }],
    ['generic', { generic: true }],
    ['wmax:0 tmax:0', { wmax: 0, tmax: 0 }],
    ['wmax:6 tmax:2', { wmax: 6, tmax: 2 }],
  ])('draws what Celery draws: %s', (words, options) => {
    expect(workersGraph(cluster, { ...usual, ...options })).toBe(drawn.get(words));
  });

  it('draws queues between their workers and the broker', () => {
    const worker = { concurrency: 0, backend: undefined };
    const graph = workersGraph(
      {
        broker: 'demo://',
        workers: [
          { ...worker, hostname: 'w1@h', queues: ['celery', 'mail'] },
          { ...worker, hostname: 'w2@h', queues: ['mail'] },
          { ...worker, hostname: 'w3@h', queues: [] },
        ],
      },
      { ...usual, queues: true },
    );

    const arrows = [...graph.matchAll(/^ +("[^"]*" -> "[^"]*")/gm)].map(([, arrow]) => arrow);
    expect(arrows).toEqual([
      '"queue celery" -> "demo://"',
      '"queue mail" -> "demo://"',
      '"w1@h" -> "queue celery"',
      '"w1@h" -> "queue mail"',
      '"w2@h" -> "queue mail"',
      '"w3@h" -> "demo://"',
    ]);
    expect(graph.match(/^ +"queue mail" \[/gm)).toHaveLength(1);
  });

  it('draws each result backend with the workers that keep results there', () => {
    const workers = ['redis://a/1', 'redis://b/1', undefined].map((backend, index) => ({
      hostname: `w${index}`,
      concurrency: 0,
      backend,
      queues: [],
    }));
    const graph = workersGraph({ broker: 'demo://', workers }, usual);

    expect(graph).toContain('"w0" -> "redis://a/1"');
    expect(graph).toContain('"w1" -> "redis://b/1"');
    expect(graph.match(/^ +"w2" -> /gm)).toHaveLength(1);
  });

  it('draws a Redis that is broker and result backend once', () => {
    const workers = [{ hostname: 'w', concurrency: 0, backend: 'redis://a/0', queues: [] }];

    expect(
      workersGraph({ broker: 'redis://a/0', workers }, usual).match(/^ +"redis:[^"]*" \[/gm),
    ).toHaveLength(1);
  });

  it('quotes names so that they stay names', () => {
    const hostile = 'w"] evil [label="\\N\n\x1b[31m';
    const workers = [{ hostname: hostile, concurrency: 1, backend: undefined, queues: [hostile] }];
    const graph = workersGraph({ broker: 'demo://', workers }, { ...usual, queues: true });

    expect(graph).toContain(String.raw`"w\"] evil [label=\"\\N\\n\\x1b[31m" -> "queue w\"] evil`);
    expect(graph).not.toContain('\x1b');
    expect(graph.split('\n')).toHaveLength(11);
  });

  it('draws a cluster without workers', () => {
    expect(workersGraph({ broker: 'demo://', workers: [] }, usual).split('\n')).toHaveLength(5);
  });

  it.each([1, 2, 3])('draws no more than %d of anything', (most) => {
    const graph = workersGraph(cluster, { ...usual, wmax: most, tmax: most });

    expect(graph.match(/^ +"[^"]*" -> "amqp:/gm)).toHaveLength(most);
    expect(graph.match(/^ +"thr-\d+" \[/gm)?.length).toBeLessThanOrEqual(most * most);
  });
});
