import { describe, expect, it } from 'vitest';
import { cell } from '../../../screenshots/box-shapes.ts';
import { renderSvg, textInSvg } from '../../../screenshots/svg.ts';
import { type Style, style } from '../../../src/ui/terminal/style.ts';
import { type ScreenCell, TerminalScreen } from '../../support/screen.ts';

function row(text: string, look: Style = style.plain): ScreenCell[] {
  return [...text].map((character) => ({ character, style: look }));
}

function body(rows: readonly ScreenCell[][]): string {
  return /<g transform[^>]*>\n?([\s\S]*)<\/g>/.exec(renderSvg('title', rows))?.[1] ?? '';
}

describe('a screen as SVG', () => {
  it('puts each phrase at its cell, fitted to the cells it covers', () => {
    const svg = body([row('  ab c   d')]);

    expect(svg).toContain(`<tspan x="${2 * cell.width}" textLength="${4 * cell.width}">ab c</tspan>`);
    expect(svg).toContain(`<tspan x="${9 * cell.width}" textLength="${cell.width}">d</tspan>`);
  });

  it('draws a line as one shape, and lets corners join it and the next row', () => {
    const svg = body([row('┌──'), row('│')]);

    expect(svg).toContain(`<rect x="${cell.width}" y="9" width="${2 * cell.width}" height="1"`);
    expect(svg).toContain('<rect x="4" y="9" width="5" height="1"');
    expect(svg).toContain(`<rect x="4" y="9" width="1" height="${cell.height - 9}"`);
    expect(svg).toContain(`<rect x="4" y="${cell.height}" width="1" height="${cell.height}"`);
    expect(svg).not.toContain('<text');
  });

  it('shows bold, colour, underline and the background of inverse blanks', () => {
    const plain = body([row('x')]);

    expect(body([row('x', style.bold)])).toContain('class="b"');
    expect(body([row('x', style.red)])).toContain('style="fill:#ff7b80"');
    expect(body([row('x', style.red | style.dim)])).toContain('style="fill:#a85458"');
    expect(body([row('x', style.underline)])).toContain('<rect');
    expect(body([row('   ', style.inverse)])).toContain(`<rect x="0" y="0" width="${3 * cell.width}"`);
    expect(plain).not.toMatch(/class|style|rect/);
  });

  it('keeps the place of what stands behind a wide character', async () => {
    const screen = new TerminalScreen(10, 1);
    await screen.write('中 x  y');

    const svg = body([screen.cells(0)]);

    expect(svg).toContain(`<tspan x="0" textLength="${4 * cell.width}">中 x</tspan>`);
    expect(svg).toContain(`<tspan x="${6 * cell.width}"`);
  });

  it('escapes what the screen shows, and gives it back as text', () => {
    const shown = ["<b>&amp;'", '  a & b'];

    const svg = renderSvg(
      'stalk <x>',
      shown.map((text) => row(text)),
    );

    expect(svg).toContain('<title>stalk &lt;x&gt;</title>');
    expect(svg).not.toContain('<b>');
    expect(textInSvg(svg)).toEqual(shown);
  });
});
