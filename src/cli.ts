// React's development build keeps every measurement for ever: it must not be chosen for want of a setting.
process.env['NODE_ENV'] ??= 'production';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`stalk: Node.js 20.19 or newer is needed, this is ${process.versions.node}\n`);
  process.exitCode = 1;
} else {
  const { main } = await import('./main.ts');
  await main(process.argv.slice(2));
}

export {};
