import { exitStatus } from '../errors.ts';
import type { CommandContext } from './command-context.ts';
import { commandList } from './command-list.ts';
import { type RequestConfig, readCall } from './remote-call.ts';
import { runRemote } from './run-remote.ts';

/** `stalk inspect` and `stalk control`. Mirrors celery/bin/control.py:inspect and control. */
export async function runRequest(
  kind: 'inspect' | 'control',
  context: CommandContext<RequestConfig>,
): Promise<number> {
  if (context.config.list) {
    context.stdout.write(`${commandList(kind)}\n`);
    return exitStatus.ok;
  }
  return await runRemote(context, readCall(kind, context.words, context.config));
}
