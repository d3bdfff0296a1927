import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ConsoleCapture } from '../../../../src/ui/terminal/console-capture.ts';

function setUp() {
  const printed: string[] = [];
  const print = (...parts: unknown[]): void => void printed.push(parts.join(' '));
  const console = {
    log: print,
    info: print,
    warn: print,
    error: print,
    debug: print,
    trace: print,
  } as Console;
  const warnings = new EventEmitter();
  warnings.on('warning', (warning: Error) => printed.push(`node warns: ${warning.message}`));
  return { printed, console, warnings, capture: new ConsoleCapture(console, warnings) };
}

describe('ConsoleCapture', () => {
  it('keeps what is said while it holds, and only then', () => {
    const { printed, console, warnings, capture } = setUp();

    capture.hold();
    capture.hold();
    console.error('lost', new Error('socket'), { secret: 1 }, 7);
    warnings.emit('warning', new Error('deprecated'));
    capture.release();
    console.log('after');
    warnings.emit('warning', new Error('shown'));

    expect(capture.lines).toEqual(['lost Error: socket [Object] 7', 'Error: deprecated']);
    expect(printed).toEqual(['after', 'node warns: shown']);
  });

  it('remembers the last 200 lines, cut', () => {
    const { console, capture } = setUp();

    capture.hold();
    for (let line = 0; line < 1_000; line++) console.log(`${line} ${'x'.repeat(100_000)}`);

    expect(capture.lines).toHaveLength(200);
    expect(capture.lines.at(-1)).toHaveLength(2_000);
    expect(capture.lines.at(-1)).toMatch(/^999 x/);
  });
});
