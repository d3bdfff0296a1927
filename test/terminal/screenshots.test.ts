import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type Shot, shots } from '../../screenshots/shots.ts';
import { textInSvg } from '../../screenshots/svg.ts';
import { takeScreenshot } from '../../screenshots/take.ts';
import { openTerminal, type Terminal } from '../support/tmux.ts';

const folder = fileURLToPath(new URL('../../screenshots/', import.meta.url));

/** What to do when one of these fails because the look has changed: npm run screenshots */
describe('the pictures of the documentation', () => {
  const terminals: Terminal[] = [];

  afterEach(async () => {
    for (const terminal of terminals.splice(0)) await terminal.close();
  });

  /** The screen of a task list as soon as it is live. */
  async function openList(shot: Shot): Promise<string[]> {
    const { columns, rows, args } = shot;
    const terminal = await openTerminal({ columns, rows, args, env: { TERM: 'xterm-256color' } });
    terminals.push(terminal);
    return terminal.waitFor(/LIVE[\s\S]* tasks$/m);
  }

  it('are those of the script, each of its size', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.svg'));

    expect(files.sort()).toEqual(shots.map(({ name }) => `${name}.svg`).sort());
    for (const shot of shots) {
      expect(committed(shot).length).toBeLessThanOrEqual(shot.rows);
      expect(Math.max(...committed(shot).map((line) => [...line].length))).toBeLessThanOrEqual(shot.columns);
      expect(shot.shows(committed(shot)), `screenshots/${shot.name}.svg`).toBe(true);
    }
  });

  it('show the first run as it is today', async () => {
    const shot = shotCalled('first-run');

    const now = textInSvg(await takeScreenshot(shot));

    expect(withoutMoment(now)).toEqual(withoutMoment(committed(shot)));
  });

  it('show the help as it is today', async () => {
    const shot = shotCalled('help');

    const now = textInSvg(await takeScreenshot(shot));

    expect(now.slice(3)).toEqual(committed(shot).slice(3));
  });

  it.each(['tasks', 'tasks-80x24'])(
    'show the tabs, columns and hints of %s as they are today',
    async (name) => {
      const shot = shotCalled(name);

      const now = await openList(shot);

      expect(frameOf(now)).toEqual(frameOf(committed(shot)));
    },
  );
});

function shotCalled(name: string): Shot {
  return shots.find((shot) => shot.name === name)!;
}

function committed({ name }: Shot): string[] {
  return textInSvg(readFileSync(`${folder}${name}.svg`, 'utf8'));
}

/** Without the status line, whose figures and clock go on, and the age of the connection. */
function withoutMoment(rows: readonly string[]): string[] {
  return rows.slice(1).map((row) => row.replace(/connected \S+/, 'connected'));
}

/** What does not depend on the tasks: tabs, the heads of the columns, the hints. */
function frameOf(rows: readonly string[]): string[] {
  return [rows[1] ?? '', rows[3] ?? '', rows.at(-1) ?? ''];
}
