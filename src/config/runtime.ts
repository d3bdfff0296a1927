import { release, type } from 'node:os';

/** What the program runs on, for a report. */
export interface Runtime {
  readonly node: string;
  readonly v8: string;
  /** `Linux`. */
  readonly system: string;
  /** `x64`. */
  readonly arch: string;
  readonly kernel: string;
}

export function readRuntime(): Runtime {
  const { node, v8 } = process.versions;
  return { node, v8, system: type(), arch: process.arch, kernel: release() };
}
