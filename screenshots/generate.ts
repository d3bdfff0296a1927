import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { shots } from './shots.ts';
import { takeScreenshot } from './take.ts';

/**
 * `npm run screenshots [name …]`: takes the pictures of the documentation from the built program. The demo's load
 * comes from a seed, but times and how far it has come are those of the moment: no two pictures are equal.
 */
async function generate(names: readonly string[]): Promise<void> {
  for (const shot of shots.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const svg = await takeScreenshot(shot);
    await writeFile(fileURLToPath(new URL(`./${shot.name}.svg`, import.meta.url)), svg);
    console.log(`screenshots/${shot.name}.svg`);
  }
}

await generate(process.argv.slice(2));
