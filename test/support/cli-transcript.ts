import { readFileSync } from 'node:fs';

/** One call of Celery's own command line, with what went over the wire meanwhile (fixtures/cli). */
export type CliCall = {
  /** Without `celery -A proj`. */
  readonly argv: readonly string[];
  readonly status: number;
  readonly stdout: string;
  /** Of a Python traceback the last line. */
  readonly stderr: string;
  /** Absent where nothing was sent. */
  readonly request?: { method: string; arguments: Record<string, unknown>; destination: string[] | null };
  /** Bodies as the workers wrote them, in the order of their arrival. */
  readonly replies?: readonly string[];
};

export function cliTranscript(broker: 'amqp' | 'redis'): CliCall[] {
  const path = new URL(`../fixtures/cli/${broker}.ndjson`, import.meta.url);
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as CliCall);
}
