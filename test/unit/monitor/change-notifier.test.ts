import { describe, expect, it } from 'vitest';
import { ChangeNotifier } from '../../../src/monitor/change-notifier.ts';

function notifierByHand(): { notifier: ChangeNotifier; turn: () => void } {
  const deferred: (() => void)[] = [];
  const notifier = new ChangeNotifier((callback) => deferred.push(callback));
  return {
    notifier,
    turn: () => {
      for (const callback of deferred.splice(0)) callback();
    },
  };
}

describe('ChangeNotifier', () => {
  it('tells once of many changes in one turn of the loop', () => {
    const { notifier, turn } = notifierByHand();
    let told = 0;
    notifier.listen(() => {
      told += 1;
    });
    for (let n = 0; n < 1000; n += 1) notifier.touch();

    turn();
    expect(told).toBe(1);

    notifier.touch();
    turn();
    expect(told).toBe(2);
  });

  it('tells nobody who has stopped listening', () => {
    const { notifier, turn } = notifierByHand();
    let told = 0;
    const stop = notifier.listen(() => {
      told += 1;
    });
    notifier.touch();
    stop();

    turn();

    expect(told).toBe(0);
  });
});
