import { UsageError } from '../errors.ts';
import type { CommandContext } from './command-context.ts';
import { checkedCall, type StatusConfig } from './remote-call.ts';
import { runRemote } from './run-remote.ts';

/** `stalk status`: who is there. Mirrors celery/bin/control.py:status. */
export async function runStatus(context: CommandContext<StatusConfig>): Promise<number> {
  const [word] = context.words;
  if (word !== undefined) {
    throw new UsageError(`stalk status takes no words, not ${JSON.stringify(word.slice(0, 60))}`);
  }
  return await runRemote(context, checkedCall('status', 'ping', {}, context.config));
}
