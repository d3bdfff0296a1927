import { describe, expect, it } from 'vitest';
import { argumentKinds } from '../../../src/control/argument-kinds.ts';
import { findRemoteCommand, remoteCommands } from '../../../src/control/remote-commands.ts';

const names = remoteCommands.flatMap(({ name, aliases }) => [name, ...aliases]);

describe('the table of remote commands', () => {
  it('names each command and alias once, and finds it by either', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(names.map((name) => findRemoteCommand(name)).includes(undefined)).toBe(false);
    expect(findRemoteCommand('dump_tasks')?.name).toBe('registered');
    expect(findRemoteCommand('constructor')).toBeUndefined();
  });

  it('knows the commands of Celery 5.6', () => {
    const ofKind = (kind: string): string[] =>
      remoteCommands.filter((each) => each.kind === kind).map(({ name }) => name);

    expect(ofKind('inspect').sort()).toEqual(
      (
        'active active_queues clock conf hello memdump memsample objgraph ping query_task registered report reserved ' +
        'revoked scheduled stats'
      ).split(' '),
    );
    expect(ofKind('control').sort()).toEqual(
      (
        'add_consumer autoscale cancel_consumer disable_events election enable_events heartbeat pool_grow pool_restart ' +
        'pool_shrink rate_limit revoke revoke_by_stamped_headers shutdown terminate time_limit'
      ).split(' '),
    );
  });

  it('has a variadic argument only where there is one of that name', () => {
    for (const { args, variadic } of remoteCommands) {
      if (variadic !== undefined) expect(args.map(({ name }) => name)).toContain(variadic);
    }
  });

  it('has defaults that its own types accept', () => {
    for (const { args } of remoteCommands) {
      for (const { type, default: preset } of args) {
        if (preset !== undefined) expect(argumentKinds[type].accepts(preset)).toBe(true);
      }
    }
  });

  it('calls dangerous what cannot be undone', () => {
    const destructive = remoteCommands
      .filter(({ danger }) => danger === 'destructive')
      .map(({ name }) => name);

    expect(destructive).toEqual(['revoke', 'revoke_by_stamped_headers', 'shutdown', 'terminate']);
  });

  it('speaks in sentences', () => {
    for (const { help, args } of remoteCommands) {
      for (const text of [help, ...args.map((each) => each.help)]) expect(text).toMatch(/^[A-Za-z].*\.$/);
    }
  });
});
