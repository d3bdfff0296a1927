import { hostname } from 'node:os';

/** What this process is called among the nodes of a cluster. Mirrors celery/utils/nodenames.py:anon_nodename. */
export function anonymousNodeName(): string {
  return `gen${process.pid}@${hostname()}`;
}
