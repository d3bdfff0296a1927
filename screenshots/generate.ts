import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Shot, shots } from './shots.ts';
import { takeScreenshot } from './take.ts';

/**
 * `npm run screenshots [name …]`: takes the pictures of the documentation from the built program. The demo's load
 * comes from a seed, but times and how far it has come are those of the moment: no two pictures are equal.
 */
async function generate(names: readonly string[]): Promise<void> {
  const wanted = shots.filter(({ name }) => names.length === 0 || names.includes(name));
  // Each terminal is leased until this process ends.
  process.setMaxListeners(50);
  // All at once: most of the time is spent waiting for a moment that is worth a picture.
  await Promise.all(
    wanted.map(async (shot) => {
      await writeFile(pathOf(shot), await takeScreenshot(shot));
      console.log(`screenshots/${shot.name}.svg`);
    }),
  );
}

function pathOf({ name }: Shot): string {
  return fileURLToPath(new URL(`./${name}.svg`, import.meta.url));
}

await generate(process.argv.slice(2));
