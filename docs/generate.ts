import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { blocks, withBlocks } from './blocks.ts';

/**
 * `npm run docs` writes the tables of keys, options and commands into docs/*.md, from the tables that the program
 * itself uses. `npm run docs -- --check` writes nothing and fails when one of them is out of date.
 */
function generate(isCheck: boolean): void {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const tables = blocks();
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.md'))) {
    const before = readFileSync(`${folder}${name}`, 'utf8');
    const after = withBlocks(before, tables);
    if (after === before) continue;
    if (isCheck) {
      console.error(`docs/${name} is out of date: run npm run docs`);
      process.exitCode = 1;
    } else {
      writeFileSync(`${folder}${name}`, after);
      console.log(`docs/${name}`);
    }
  }
}

generate(process.argv.includes('--check'));
