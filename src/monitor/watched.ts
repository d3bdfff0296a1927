import type { Monitor } from './monitor.ts';

/** What is read of a cluster and asked of it by who shows it: the same for a live one and one that is played again. */
export type Watched = Pick<
  Monitor,
  | 'state'
  | 'rates'
  | 'statistics'
  | 'workers'
  | 'intake'
  | 'commands'
  | 'recorder'
  | 'brokerLabel'
  | 'demo'
  | 'status'
  | 'captureFailure'
  | 'failureCount'
  | 'gaps'
  | 'lag'
  | 'quietFor'
  | 'undecodable'
  | 'facts'
  | 'revokePending'
  | 'unknownTasks'
  | 'onChange'
  | 'send'
  | 'retry'
  | 'refreshWorkers'
  | 'watchWorkers'
  | 'retryNow'
>;
