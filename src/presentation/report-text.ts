import { pythonRepr } from './python-str.ts';

/** What a report says of this program and of the broker. Every URL is masked already. */
export interface ReportFacts {
  readonly stalk: string;
  /** Name and version of the broker clients, as they are bundled. */
  readonly clients: readonly (readonly [name: string, version: string])[];
  readonly node: string;
  readonly v8: string;
  readonly system: string;
  readonly arch: string;
  readonly kernel: string;
  readonly transport: string;
  readonly broker: string;
  /** `RabbitMQ 3.10.8`; undefined when the broker could not be asked. */
  readonly server: string | undefined;
  readonly resultBackend: string | undefined;
  /** Those that are not the defaults, in Celery's names. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** This program's own part, in the layout of celery/app/utils.py:BUGREPORT_INFO. */
export function reportText(facts: ReportFacts): string {
  const clients = facts.clients.map(([name, version]) => `${name}:${version}`).join(' ');
  const settings = Object.entries({ broker_url: facts.broker, ...facts.settings });
  return [
    '',
    `software -> stalk:${facts.stalk} node:${facts.node}`,
    `            ${clients}`,
    `platform -> system:${facts.system} arch:${facts.arch}`,
    `            kernel version:${facts.kernel} imp:V8 ${facts.v8}`,
    `broker   -> ${facts.server ?? 'unknown'}`,
    `settings -> transport:${facts.transport} results:${facts.resultBackend ?? 'not given'}`,
    '',
    ...settings.map(([name, value]) => `${name}: ${pythonRepr(value)}`),
    '',
  ].join('\n');
}
