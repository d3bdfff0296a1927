import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly help: boolean;
  /** Names of measurements, in the order in which they are done. */
  readonly only: readonly string[];
  /** Takes the report. */
  readonly json: string | undefined;
  /** Reports that are written into README.md, instead of measuring. */
  readonly readme: readonly string[] | undefined;
  readonly dist: string | undefined;
  /** Of the soak. */
  readonly minutes: number;
}

/** What there is to choose from. */
export type Choices = Readonly<Record<string, { readonly about: string; readonly onlyOnRequest?: true }>>;

/** @throws Error with a sentence for whoever typed it */
export function parseBenchOptions(argv: readonly string[], choices: Choices): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      only: { type: 'string' },
      json: { type: 'string' },
      readme: { type: 'string' },
      dist: { type: 'string' },
      minutes: { type: 'string', default: '30' },
    },
  });
  const names = Object.keys(choices);
  const only = values.only?.split(',') ?? names.filter((name) => choices[name]?.onlyOnRequest !== true);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`--only takes ${names.join()}, not ${JSON.stringify(unknown)}`);
  const minutes = Number(values.minutes);
  if (!(minutes > 0))
    throw new Error(`--minutes takes a number above 0, not ${JSON.stringify(values.minutes)}`);
  const { help, json, dist } = values;
  const readme = values.readme?.split(',');
  return { help, json, readme, dist, minutes, only: names.filter((name) => only.includes(name)) };
}

export function usage(choices: Choices): string {
  const width = Math.max(...Object.keys(choices).map((name) => name.length));
  const lines = Object.entries(choices).map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}`);
  return `npm run bench -- [options]

Builds the program, measures it against real brokers and real Celery, and reports; the exit status is 0 whatever the
figures are. It brings up servers of its own and ends them. Nothing else should run on the machine meanwhile.

  --only NAME,NAME     only these measurements
  --minutes N          how long the soak takes, default 30
  --json FILE          also writes the report as JSON
  --readme FILE,FILE   measures nothing: writes the figures of such reports into README.md
  --dist FOLDER        another build than dist/, which is then left as it is
  --help               this

Measurements:
${lines.join('\n')}
`;
}
