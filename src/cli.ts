import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** V8's space for new objects is as large as it should be: both halves of it, in bytes. */
const enoughNewSpace = 8_000_000;

/** How often we look at it: often while the program starts, seldom in a cluster that is idle. */
const firstLookMs = 10;
const lastLookMs = 250;

const { env, versions } = process;

// React's development build keeps every measurement for ever: it must not be chosen for want of a setting.
env['NODE_ENV'] ??= 'production';

if (isSupported(versions.node)) {
  keepNewSpaceSmall();
  const { main } = await import('./main.ts');
  await main(process.argv.slice(2));
} else {
  process.stderr.write(`stalk: Node.js 20.19, or 22.12 or newer, is needed; this is ${versions.node}\n`);
  process.exitCode = 1;
}

/** As `engines` in package.json says it. */
function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 20 ? minor >= 19 : major > 22 || (major === 22 && minor >= 12);
}

/**
 * V8 lets its space for new objects grow to 32 MB, on Node 24 to more, which a stream of events fills and never gives
 * back. With 8 MB it takes 5 % longer to fold events, and 25 MB less.
 */
function keepNewSpaceSmall(delayMs: number = firstLookMs): void {
  const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  if (space !== undefined && space.space_size >= enoughNewSpace) {
    setFlagsFromString('--semi-space-growth-factor=1');
    return;
  }
  setTimeout(() => keepNewSpaceSmall(Math.min(lastLookMs, delayMs * 1.2)), delayMs).unref();
}
