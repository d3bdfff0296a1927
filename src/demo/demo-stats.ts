import type { DemoWorker } from './demo-worker.ts';

/** What kombu's memory transport tells of its connection. */
const brokerInfo = {
  hostname: 'localhost',
  userid: null,
  virtual_host: '/',
  port: null,
  insist: false,
  ssl: false,
  transport: 'memory',
  connect_timeout: 4,
  transport_options: {},
  login_method: null,
  uri_prefix: null,
  heartbeat: 120,
  failover_strategy: 'round-robin',
  alternates: [],
  credential_provider: null,
};

/** The reply to `stats` (protocol.md C.5). */
export function workerStats(worker: DemoWorker, now: number): Record<string, unknown> {
  const { state } = worker;
  const uptime = Math.floor(now - worker.startedAt);
  return {
    total: Object.fromEntries(state.totals),
    pid: state.pid,
    clock: String(worker.clock.value),
    uptime,
    pool: state.pool.stats(),
    ...(worker.autoscaler && { autoscaler: worker.autoscaler.info() }),
    broker: brokerInfo,
    prefetch_count: worker.intake.prefetchCount,
    rusage: resourceUsage(state.processed, uptime),
  };
}

/** In the proportions of a real worker: two events and some bookkeeping for each task. */
function resourceUsage(processed: number, uptime: number): Record<string, number> {
  return {
    utime: Number((0.75 + processed * 0.0021 + uptime * 0.0006).toFixed(6)),
    stime: Number((0.12 + processed * 0.0003 + uptime * 0.0001).toFixed(6)),
    maxrss: 56_956 + Math.min(processed, 20_000),
    ixrss: 0,
    idrss: 0,
    isrss: 0,
    minflt: 20_700 + processed,
    majflt: 1,
    nswap: 0,
    inblock: 2096,
    oublock: 48,
    msgsnd: 0,
    msgrcv: 0,
    nsignals: 0,
    nvcsw: 248 + processed * 4 + uptime * 3,
    nivcsw: 362 + processed,
  };
}
