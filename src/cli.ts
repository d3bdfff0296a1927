const { env, versions } = process;

// React's development build keeps every measurement for ever: it must not be chosen for want of a setting.
env['NODE_ENV'] ??= 'production';

if (isSupported(versions.node)) {
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

export {};
