import type { CommonConfig, ConfigOf } from '../config/config.ts';
import type { reportOptions } from '../config/result-options.ts';
import { readRuntime } from '../config/runtime.ts';
import { Inspect, type ValuesByHostname } from '../control/inspect.ts';
import { replyMeaning } from '../control/reply.ts';
import { exitStatus, NoReplyError } from '../errors.ts';
import { celeryReply } from '../presentation/celery-reply.ts';
import { escapeControls } from '../presentation/escape-controls.ts';
import { type ReportFacts, reportText } from '../presentation/report-text.ts';
import { versionDrift, type WorkerReport } from '../presentation/version-drift.ts';
import { type BrokerAddress, parseBrokerUrl, redactUrl } from '../protocol/broker-url.ts';
import { defaultControlExchange, defaultEventExchange } from '../protocol/names.ts';
import { pythonDumps } from '../protocol/python-dumps.ts';
import { serverVersion } from '../transport/server-version.ts';
import type { CommandContext } from './command-context.ts';
import { connectBroker } from './connect-broker.ts';

type ReportConfig = CommonConfig & ConfigOf<typeof reportOptions>;
type ReportContext = CommandContext<ReportConfig>;

/**
 * `stalk report`: what to put into a bug report. First this program and the broker, as `celery report` has it, then what
 * each worker reports of itself, then in one line whether they differ. Prints what it can when the broker does not stand.
 *
 * @throws BrokerUnreachableError or BrokerRefusedError, and NoReplyError when no worker answers, after the first part
 */
export async function runReport(context: ReportContext): Promise<number> {
  const { config } = context;
  const interrupted = context.interrupted();
  const address = parseBrokerUrl(config.broker);
  const asked = await askServer(address, interrupted);
  const facts = factsOf(context, address, asked.server);
  if (asked.failure !== undefined) {
    print(context, facts, {});
    throw asked.failure.error;
  }
  const replies = await askWorkers(config, interrupted);
  print(context, facts, replies);
  if (Object.keys(replies).length === 0)
    throw new NoReplyError('No worker replied within the time constraint.');
  return exitStatus.ok;
}

async function askServer(
  address: BrokerAddress,
  signal: AbortSignal,
): Promise<{ readonly server?: string | undefined; readonly failure?: { readonly error: unknown } }> {
  try {
    return { server: await serverVersion(address, signal) };
  } catch (error) {
    return { failure: { error } };
  }
}

async function askWorkers(config: ReportConfig, signal: AbortSignal): Promise<ValuesByHostname> {
  const broker = await connectBroker(config, signal);
  try {
    return await new Inspect(broker.transport).report({ timeout: config.timeout, signal });
  } finally {
    await broker.close();
  }
}

function factsOf(
  { config, version, libraries }: ReportContext,
  address: BrokerAddress,
  server: string | undefined,
): ReportFacts {
  const { resultBackend } = config;
  return {
    stalk: version,
    clients: ['amqplib', 'ioredis'].map((name) => [name, libraries[name] ?? 'unknown']),
    ...readRuntime(),
    transport: address.transport,
    broker: redactUrl(address),
    server,
    resultBackend: resultBackend === undefined ? undefined : redactUrl(resultBackend),
    settings: changedSettings(config),
  };
}

/** In Celery's names and shapes. */
function changedSettings(config: ReportConfig): Readonly<Record<string, unknown>> {
  const { globalKeyprefix, fanoutPrefix, fanoutPatterns, eventExchange, controlExchange } = config;
  const options = {
    ...(globalKeyprefix === '' ? {} : { global_keyprefix: globalKeyprefix }),
    ...(fanoutPrefix === 'true' ? {} : { fanout_prefix: fanoutPrefix === 'false' ? false : fanoutPrefix }),
    ...(fanoutPatterns === 'true' ? {} : { fanout_patterns: false }),
  };
  return {
    ...(Object.keys(options).length === 0 ? {} : { broker_transport_options: options }),
    ...(eventExchange === defaultEventExchange ? {} : { event_exchange: eventExchange }),
    ...(controlExchange === defaultControlExchange ? {} : { control_exchange: controlExchange }),
  };
}

function print({ config, stdout }: ReportContext, facts: ReportFacts, replies: ValuesByHostname): void {
  const hostnames = Object.keys(replies).sort();
  if (config.json) {
    const workers = Object.fromEntries(hostnames.map((hostname) => [hostname, replies[hostname]]));
    stdout.write(`${pythonDumps({ ...reportJson(facts), workers })}\n`);
    return;
  }
  const parts = hostnames.map((hostname) =>
    celeryReply(hostname, asMap(replies[hostname]), { quiet: false, colour: false }),
  );
  const reports = hostnames.flatMap((hostname) => workerReport(hostname, replies[hostname]) ?? []);
  const drift = reports.length === 0 ? '' : `${versionDrift(reports)}\n`;
  const text = `${reportText(facts)}\n${parts.join('')}${drift}`;
  stdout.write(stdout.isTTY === true ? escapeControls(text) : text);
}

function reportJson({
  clients,
  server,
  resultBackend,
  ...facts
}: ReportFacts): Readonly<Record<string, unknown>> {
  return {
    ...facts,
    clients: Object.fromEntries(clients),
    server: server ?? null,
    result_backend: resultBackend ?? null,
  };
}

/** Undefined for a worker that could not report. */
function workerReport(hostname: string, reply: unknown): WorkerReport | undefined {
  const meaning = replyMeaning(reply);
  return meaning.kind === 'ok' ? { hostname, text: meaning.text } : undefined;
}

function asMap(reply: unknown): unknown {
  const isObject = typeof reply === 'object' && reply !== null && !Array.isArray(reply);
  return isObject ? new Map(Object.entries(reply)) : reply;
}
