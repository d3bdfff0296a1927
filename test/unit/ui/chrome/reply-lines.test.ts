import { describe, expect, it } from 'vitest';
import { CommandLog } from '../../../../src/monitor/command-log.ts';
import { createContext } from '../../../../src/presentation/context.ts';
import { logLines } from '../../../../src/ui/chrome/reply-lines.ts';

const context = createContext({ now: 1_700_000_000 });

function rowOf(value: unknown): string {
  const log = new CommandLog();
  const entry = log.add({ method: 'ping', args: {}, label: 'ping w1' }, 1_700_000_000, ['w1'], 1);
  entry.state = 'done';
  entry.replies = [{ hostname: 'w1', value, latencyMs: 5, expected: true }];
  const [, row] = logLines(log, 0, 79, 10, context);
  return (row ?? []).map((span) => span.text).join('');
}

describe('the command log', () => {
  it('names a command once when its outcome begins with the name', () => {
    expect(rowOf({ ok: 'pong' }).match(/ping w1/g)).toHaveLength(1);
  });

  it('names the command whose outcome does not', () => {
    expect(rowOf({ error: 'no' })).toContain('ping: 0 ok, 1 error (no)   ping w1');
  });
});
