import type { Config } from '../config/config.ts';
import { UsageError } from '../errors.ts';

/** Of `stalk events`: what goes with --dump only. */
const ofDump = [
  ['--format', 'format'],
  ['--filter', 'filter'],
  ['--type', 'eventTypes'],
  ['--task', 'taskNames'],
  ['--worker', 'hostnames'],
  ['--limit', 'limit'],
] as const;

/** What goes with --replay only. */
const ofReplay = [
  ['--speed', 'speed'],
  ['--at', 'at'],
] as const;

/** @throws UsageError for options that exclude each other */
export function checkModes(config: Config): void {
  const { camera, dump, once, json, format, gatherFor } = config;
  checkReplay(config);
  if (once && dump) throw new UsageError('--once and --dump exclude each other');
  if (camera !== undefined && (once || dump)) {
    throw new UsageError(`--camera and ${once ? '--once' : '--dump'} exclude each other`);
  }
  if (json && !once && !dump) {
    throw new UsageError('--json goes with --once or --dump: stalk events --once --json');
  }
  if (gatherFor !== undefined && !once && !dump) {
    throw new UsageError('--for goes with --once or --dump: stalk events --dump --for 10s');
  }
  const [alone] = ofDump.filter(([, key]) => !dump && config[key] !== undefined);
  if (alone !== undefined) {
    throw new UsageError(`${alone[0]} goes with --dump: stalk events --dump ${alone[0]} …`);
  }
  if (json && format !== undefined) throw new UsageError('--json and --format exclude each other');
}

function checkReplay(config: Config): void {
  const { replay, record, camera, dump, once, gatherFor } = config;
  const [alone] = ofReplay.filter(([, key]) => replay === undefined && config[key] !== undefined);
  if (alone !== undefined) {
    throw new UsageError(`${alone[0]} goes with --replay: stalk events --replay FILE ${alone[0]} …`);
  }
  if (replay === undefined) return;
  if (record !== undefined) {
    throw new UsageError('--record and --replay exclude each other: what is replayed is recorded already');
  }
  if (config.speed !== undefined && (dump || once || camera !== undefined)) {
    throw new UsageError('--speed goes with the screen: all else reads as fast as it can');
  }
  if (gatherFor !== undefined && once) {
    throw new UsageError(
      '--for goes with --replay --dump: --once shows the end of a recording, or --at a time',
    );
  }
}
