import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Lifetime, type LifetimeOptions, type ProcessAccess } from '../../../../src/ui/terminal/lifetime.ts';
import { ManualTimers } from '../../../support/manual-timers.ts';

/** A process that writes down what happens to it. */
class FakeProcess extends EventEmitter implements ProcessAccess {
  readonly pid = 42;
  readonly log: string[];

  constructor(log: string[]) {
    super();
    this.log = log;
  }

  kill(pid: number, signal: string): void {
    this.log.push(`kill ${pid} ${signal}`);
  }

  exit(status: number): void {
    this.log.push(`exit ${status}`);
    this.emit('exit');
  }

  printError(text: string): void {
    this.log.push(`print ${text.split('\n')[0]}`);
  }
}

function setUp(options: Partial<LifetimeOptions> = {}) {
  const log: string[] = [];
  const process = new FakeProcess(log);
  const timers = new ManualTimers();
  const state = { isThere: true };
  const lifetime = new Lifetime({
    process,
    timers,
    terminal: {
      take: () => log.push('take'),
      giveBack: () => {
        log.push('give back');
        return state.isThere;
      },
    },
    ...options,
  });
  lifetime.begin();
  return { log, process, timers, lifetime, state };
}

describe('Lifetime', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('gives the terminal back on %s and exits %i', (signal, status) => {
    const { log, process } = setUp();

    process.emit(signal);

    expect(log).toEqual(['take', 'give back', `exit ${status}`]);
  });

  it('waits for the broker connections, but not for long', async () => {
    let isClosed = false;
    const quick = setUp({
      close: async () => {
        isClosed = true;
      },
    });
    quick.process.emit('SIGTERM');
    expect(quick.log).not.toContain('exit 143');
    await Promise.resolve();
    await Promise.resolve();
    expect(isClosed).toBe(true);
    expect(quick.log).toContain('exit 143');

    const stuck = setUp({ close: () => new Promise(() => undefined) });
    stuck.process.emit('SIGTERM');
    stuck.process.emit('SIGTERM');
    stuck.timers.advance(299);
    expect(stuck.log).toEqual(['take', 'give back']);
    stuck.timers.advance(1);
    expect(stuck.log).toEqual(['take', 'give back', 'exit 143']);
  });

  it('kills itself when the terminal has gone, instead of crashing on the way out', () => {
    const { log, lifetime, state } = setUp();
    state.isThere = false;

    lifetime.hangUp();
    lifetime.hangUp();

    expect(log).toEqual(['take', 'give back', 'kill 42 SIGKILL']);
  });

  it.each(['uncaughtException', 'unhandledRejection'])('leaves before it prints on %s', (event) => {
    const { log, process } = setUp();

    process.emit(event, new TypeError('broken'));

    expect(log).toEqual(['take', 'give back', 'print TypeError: broken', 'exit 70']);
  });

  it('prints whatever was thrown', () => {
    const { log, process } = setUp();

    process.emit('uncaughtException', 'just text');

    expect(log).toContain('print just text');
  });

  it('gives the terminal back once on an ordinary exit and once on end', () => {
    const exiting = setUp();
    exiting.process.exit(0);
    expect(exiting.log).toEqual(['take', 'exit 0', 'give back']);

    const ending = setUp();
    ending.lifetime.end();
    ending.process.exit(0);
    expect(ending.log).toEqual(['take', 'give back', 'exit 0']);
    expect(ending.process.eventNames()).toEqual([]);
  });

  it('stops the whole group on Ctrl-Z and comes back with SIGCONT, once', () => {
    const { log, process, timers, lifetime } = setUp();

    lifetime.suspend();
    expect(log).toEqual(['take', 'give back', 'kill 0 SIGTSTP']);
    expect(process.listenerCount('SIGTSTP')).toBe(0);

    process.emit('SIGCONT');
    timers.advance(10_000);
    expect(log).toEqual(['take', 'give back', 'kill 0 SIGTSTP', 'take']);
    expect(process.listenerCount('SIGTSTP')).toBe(1);
  });

  it('comes back by itself where nobody stopped it', () => {
    const { log, timers, lifetime } = setUp();

    lifetime.suspend();
    timers.advance(300);

    expect(log.at(-1)).toBe('take');
  });

  it('takes SIGTSTP for Ctrl-Z', () => {
    const { log, process } = setUp();

    process.emit('SIGTSTP');

    expect(log).toEqual(['take', 'give back', 'kill 0 SIGTSTP']);
  });

  it('takes the terminal anew after it was stopped without warning', () => {
    const { log, process } = setUp();

    process.emit('SIGCONT');

    expect(log).toEqual(['take', 'give back', 'take']);
  });

  it('lends the terminal to a pager and takes it back even when that fails', async () => {
    const { log, lifetime } = setUp();

    await expect(
      lifetime.lend(() => {
        log.push('less');
        return Promise.reject(new Error('no less'));
      }),
    ).rejects.toThrow('no less');

    expect(log).toEqual(['take', 'give back', 'less', 'take']);
  });

  it('leaves Ctrl-C and fg to the pager that has the terminal', async () => {
    const { log, process, lifetime } = setUp();
    let endPager = (): void => undefined;
    const lent = lifetime.lend(
      () =>
        new Promise((resolve) => {
          endPager = resolve;
        }),
    );

    process.emit('SIGINT');
    process.emit('SIGCONT');
    expect(log).toEqual(['take', 'give back']);

    endPager();
    await lent;
    expect(log).toEqual(['take', 'give back', 'take']);
  });
});
