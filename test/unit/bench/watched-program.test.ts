import { describe, expect, it } from 'vitest';
import { parseFarewell } from '../../bench/watched-program.ts';

describe('the last line of the program', () => {
  it('is read to the last digit', () => {
    const text = '\x1b[?1049l\x1b[?25hstalk: 1m02s, 400,437 tasks, 0 failures, 1,201,313 events\r\n';

    expect(parseFarewell(text)).toEqual({ tasks: 400_437, events: 1_201_313 });
  });

  it('is missed with what stood there instead', () => {
    expect(() => parseFarewell('@@stalk: there is no option "--memory": see stalk --help\r\n')).toThrow(
      'the program left without its last line: @@stalk: there is no option "--memory"',
    );
  });
});
