import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

type PackedFile = { path: string; mode: number };
type Manifest = { version: string; devDependencies: Record<string, string> };

describe('the package, installed from its tarball', () => {
  let folder: string;
  let files: PackedFile[];
  let manifest: Manifest;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stalk-package-'));
    manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const { stdout } = await run('npm', pack, { cwd: root });
    const [packed] = JSON.parse(stdout) as [{ filename: string; files: PackedFile[] }];
    files = packed.files;
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    const nodeTypes = `@types/node@${manifest.devDependencies['@types/node']}`;
    const install = [
      'install',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      `./${packed.filename}`,
      nodeTypes,
    ];
    await run('npm', install, { cwd: folder });
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('holds what is built and what is to be read, and nothing else', () => {
    const paths = files.map(({ path }) => path);
    const wanted = [
      'package.json',
      'LICENSE',
      'README.md',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/stalk.js',
    ];

    expect(wanted.filter((path) => !paths.includes(path))).toEqual([]);
    expect(paths.filter((path) => !wanted.includes(path) && !/^(dist\/|[^/]+\.md$)/.test(path))).toEqual([]);
  });

  it('runs as stalk', async () => {
    const { stdout } = await run('npx', ['--no-install', 'stalk', '--version'], { cwd: folder });

    expect(stdout).toContain(manifest.version);
  });

  it('can be imported, and loads neither React nor Ink', async () => {
    await writeFile(join(folder, 'use.mjs'), programOfAUser);
    await writeFile(join(folder, 'record.mjs'), loadRecorder);

    const { stdout } = await run(process.execPath, ['--import', './record.mjs', 'use.mjs'], { cwd: folder });

    const { state, loaded } = JSON.parse(stdout) as { state: string; loaded: string[] };
    expect(state).toBe('SUCCESS');
    expect(loaded.filter((url) => url.includes('celery-stalk/dist/'))).not.toEqual([]);
    expect(
      loaded.filter((url) => /node_modules\/(react|ink|yargs)|celery-stalk\/dist\/ui\//.test(url)),
    ).toEqual([]);
  });

  it('has types for what it exports', async () => {
    await writeFile(join(folder, 'monitor.ts'), typedProgramOfAUser);
    await writeFile(
      join(folder, 'wrong.ts'),
      "import { State } from 'celery-stalk';\nnew State({ maxTasks: 1 });\n",
    );
    const options = [
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--lib',
      'es2023',
      '--types',
      'node',
    ];
    const tsc = join(root, 'node_modules', '.bin', 'tsc');

    const check = (file: string): Promise<string> =>
      run(tsc, [...options, '--noEmit', file], { cwd: folder }).then(
        () => '',
        (error: { stdout: string }) => error.stdout,
      );

    expect(await check('monitor.ts')).toBe('');
    expect(await check('wrong.ts')).toContain("'maxTasks' does not exist");
  });
});

/** Prints what it has found out, and the address of each module that was loaded for it. */
const programOfAUser = `
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { connect, Control, Inspect, Receiver, State } from 'celery-stalk';

for (const name of [connect, Control, Inspect, Receiver]) if (typeof name !== 'function') throw new Error(String(name));
const state = new State();
const event = { uuid: '1', hostname: 'w1@example', timestamp: 1, local_received: 1, utcoffset: 0, pid: 1 };
state.event({ ...event, type: 'task-received', clock: 1, name: 'proj.add' });
state.event({ ...event, type: 'task-succeeded', clock: 2, result: '3', runtime: 0.1 });
const commonJs = Object.keys(createRequire(import.meta.url).cache);
const modules = readFileSync('loaded', 'utf8').split('\\n');
console.log(JSON.stringify({ state: state.tasks.get('1').state, loaded: [...commonJs, ...modules] }));
`;

const loadRecorder = `
import { register } from 'node:module';
const hooks = \`
import { appendFileSync } from 'node:fs';
export async function load(url, context, nextLoad) {
  appendFileSync('loaded', url + '\\\\n');
  return nextLoad(url, context);
}\`;
register('data:text/javascript,' + encodeURIComponent(hooks));
`;

const typedProgramOfAUser = `
import { connect, Control, Inspect, Receiver, State, type Task, type Worker } from 'celery-stalk';

const broker = await connect('amqp://guest:guest@localhost:5672//');
const state = new State({ maxTasksInMemory: 100, maxWorkersInMemory: 10 });
const receiver = new Receiver(broker, {
  handlers: {
    'task-failed': (event) => {
      state.event(event);
      const task: Task | undefined = state.tasks.get(String(event['uuid']));
      console.log(task?.name, task?.worker, task?.info());
    },
    '*': (event) => void state.event(event),
  },
});
await receiver.capture({ limit: 10, timeout: 5, wakeup: true, signal: AbortSignal.timeout(1000) });

const newest: Task[] = state.tasksByTime({ limit: 10, reverse: true });
const named: Task[] = state.tasksByType('proj.add');
const onWorker: Task[] = state.tasksByWorker('w1@example');
const types: string[] = state.taskTypes();
const alive: Worker[] = state.aliveWorkers();
const counts: number = state.eventCount + state.taskCount + newest.length + named.length + onWorker.length;
await new Control(broker).rateLimit('proj.add', '10/m', { destination: [alive[0]!.hostname] });
console.log(types, counts, await new Inspect(broker).active());
await broker.close();
`;
