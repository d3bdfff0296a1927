import { clean } from './text.ts';

/** A cluster as it is drawn. Every URL is masked already. */
export interface ClusterFacts {
  readonly broker: string;
  /** In the order in which they are to be drawn. */
  readonly workers: readonly WorkerFacts[];
}

export interface WorkerFacts {
  readonly hostname: string;
  /** Processes or threads of its pool. */
  readonly concurrency: number;
  /** Where it keeps results, masked; undefined for nowhere, or when it did not tell. */
  readonly backend: string | undefined;
  readonly queues: readonly string[];
}

export interface GraphOptions {
  /** Workers, and processes of one, that are drawn at most; the rest is one node. 0 draws all. */
  readonly wmax: number;
  readonly tmax: number;
  /** `Broker (redis://)` instead of URLs. */
  readonly generic: boolean;
  /** `Worker₁` instead of names. */
  readonly enumerate: boolean;
  /** Also the queues that workers consume from, which Celery does not draw. */
  readonly queues: boolean;
}

type Attributes = Readonly<Record<string, string>>;

const common: Attributes = { shape: 'box', arrowhead: 'vee', style: 'filled', fontname: 'HelveticaNeue' };
const edgeLook: Attributes = { color: 'darkseagreen4', arrowcolor: 'black', arrowsize: '0.7' };
const workerLook: Attributes = { fillcolor: 'palegreen3', color: 'palegreen4' };
const brokerLook: Attributes = {
  fillcolor: 'cadetblue3',
  color: 'cadetblue4',
  shape: 'circle',
  height: '1',
};
const backendLook: Attributes = {
  fillcolor: 'peachpuff3',
  color: 'black',
  shape: 'folder',
  width: '2',
  height: '1',
};
const processLook: Attributes = {
  fillcolor: 'lightcyan4',
  color: 'black',
  fontcolor: 'yellow',
  shape: 'oval',
  fontsize: '10',
  width: '0.3',
};
const queueLook: Attributes = { fillcolor: 'lightgoldenrod1', color: 'lightgoldenrod4', shape: 'cds' };

/**
 * The cluster in DOT, in the words and looks of `celery graph workers` (celery/bin/graph.py). Names and URLs are quoted,
 * which Celery forgets, and passwords masked, which it forgets for the result backend.
 */
export function workersGraph({ broker: url, workers }: ClusterFacts, options: GraphOptions): string {
  const broker = generic('Broker', url, options);
  const names = workers.map(({ hostname }) => hostname);
  const shown = abbreviated('Worker', names, options.wmax, options).flatMap(({ label, index }) => {
    const worker = workers[index];
    return worker === undefined ? [] : [{ ...worker, label }];
  });
  const backends = new Set(
    shown.flatMap(({ backend }) => (backend === undefined ? [] : [generic('Backend', backend, options)])),
  );
  // Where both are one server they are one node.
  backends.delete(broker);
  const processes = { count: 0 };
  const lines = [
    'digraph dependencies {',
    `    graph [${attributes({ ...common, bgcolor: 'mintcream', root: 'None' })}]`,
    node(broker, brokerLook),
    ...[...backends].map((backend) => node(backend, backendLook)),
    ...(options.queues ? queueLines(shown, broker) : []),
    ...shown.flatMap((worker) => workerLines(worker, broker, processes, options)),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** Each queue once, and that it is the broker's. */
function queueLines(workers: readonly WorkerFacts[], broker: string): string[] {
  const queues = [...new Set(workers.flatMap((worker) => worker.queues))].sort();
  return queues.flatMap((queue) => [
    node(queueName(queue), { ...queueLook, label: queue }),
    edge(queueName(queue), broker),
  ]);
}

function workerLines(
  { label, backend, queues, concurrency }: WorkerFacts & { readonly label: string },
  broker: string,
  processes: { count: number },
  options: GraphOptions,
): string[] {
  const sources = options.queues && queues.length > 0 ? queues.map(queueName) : [broker];
  const targets = backend === undefined ? sources : [...sources, generic('Backend', backend, options)];
  const numbers = Array.from({ length: concurrency }, (_, number) => String(number));
  return [
    node(label, workerLook),
    ...targets.map((target) => edge(label, target)),
    ...abbreviated('P', numbers, options.tmax, options).flatMap((process) => {
      processes.count += 1;
      const name = `thr-${processes.count}`;
      return [
        node(name, { ...processLook, label: process.label }),
        edge(name, label, { arrowhead: 'none', arrowtail: 'tee' }),
      ];
    }),
  ];
}

/** A queue may have the name of a worker; a worker's has an `@` and no blank. */
function queueName(queue: string): string {
  return `queue ${queue}`;
}

/**
 * Those that are drawn, by their place in the list. Where there are more than `max`, the last but one stands for all that
 * are left out: `W⎨…₃⎬`.
 */
function abbreviated(
  kind: string,
  names: readonly string[],
  max: number,
  { enumerate }: GraphOptions,
): readonly { readonly label: string; readonly index: number }[] {
  const all = names.map((name, index) => ({
    label: enumerate ? `${kind}${subscript(index + 1)}` : name,
    index,
  }));
  if (max === 0 || all.length <= max) return all;
  const shown = [...all.slice(0, max - 1), ...all.slice(-1)];
  const stands = Math.max(0, max - 2);
  const rest = `${kind.slice(0, 1)}⎨…${subscript(all.length - (max - 1))}⎬`;
  return shown.map((one, place) => (place === stands ? { ...one, label: rest } : one));
}

function generic(kind: string, url: string, options: GraphOptions): string {
  return options.generic ? `${kind} (${url.split('://')[0]}://)` : url;
}

function subscript(number: number): string {
  return String(number).replace(/\d/g, (digit) => String.fromCodePoint(0x2080 + Number(digit)));
}

function node(name: string, look: Attributes): string {
  return `    ${quoted(name)} [${attributes({ ...common, ...look })}]`;
}

function edge(from: string, to: string, look: Attributes = {}): string {
  return `    ${quoted(from)} -> ${quoted(to)} [${attributes({ ...common, ...edgeLook, ...look })}]`;
}

function attributes(look: Attributes): string {
  return Object.entries(look)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(', ');
}

/** As DOT quotes; a backslash would begin an escape of a label. */
function quoted(text: string): string {
  return `"${clean(text, 1000).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
