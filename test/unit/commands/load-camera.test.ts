import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCamera } from '../../../src/commands/load-camera.ts';
import { CameraError, exitStatus } from '../../../src/errors.ts';
import { State } from '../../../src/state/state.ts';

const esClass =
  'export class Cam { constructor(state, settings) { Object.assign(this, settings); } onShutter() { return "es"; } }\n';

const files: Readonly<Record<string, string>> = {
  'cam.mjs': `${esClass}export default (state) => 'default';\nexport const number = 7;\nexport class Blind {}\nexport class Dear { constructor() { throw new TypeError('no film\\nin it'); } onShutter() {} }\nexport class Field { onShutter = () => 'field'; }\n`,
  'whole.cjs': 'module.exports = class { onShutter() { return "whole"; } };\n',
  'named.cjs': 'const all = { Cam: class { onShutter() { return "named"; } } };\nmodule.exports = all;\n',
  'old.cjs': 'function Cam() {}\nCam.prototype.onShutter = () => "old";\nexports.Cam = Cam;\n',
  'compiled.cjs':
    'exports.__esModule = true;\nexports.default = class { onShutter() { return "compiled"; } };\n',
  'broken.mjs': 'export class {\n',
  'needs.mjs': 'import "not-there-at-all";\n',
  'throws.mjs': 'throw new Error("not today");\n',
  'no-default.mjs': 'export const One = 1;\n',
  'with space.mjs': esClass,
  'node_modules/esm-cam/package.json': '{"name":"esm-cam","type":"module","exports":{"import":"./cam.js"}}',
  'node_modules/esm-cam/cam.js': esClass,
  'node_modules/cjs-cam/package.json': '{"name":"cjs-cam","main":"cam.js"}',
  'node_modules/cjs-cam/cam.js': 'exports.Cam = class { onShutter() { return "package"; } };',
};

describe('loadCamera', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stalk-cameras-'));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function shotOf(name: string): Promise<unknown> {
    const state = new State();
    const camera = (await loadCamera(name, folder))(state, { freq: 3 });
    return typeof camera === 'function' ? camera(state) : camera.onShutter(state);
  }

  it.each([
    ['./cam.mjs#Cam', 'es'],
    ['cam.mjs#Cam', 'es'],
    ['./cam.mjs#Field', 'field'],
    ['./cam.mjs', 'default'],
    ['./whole.cjs', 'whole'],
    ['./named.cjs#Cam', 'named'],
    ['./old.cjs#Cam', 'old'],
    ['./compiled.cjs', 'compiled'],
    ['./with space.mjs#Cam', 'es'],
    ['cjs-cam#Cam', 'package'],
    ['esm-cam#Cam', 'es'],
  ])('finds %s', async (name, expected) => {
    expect(await shotOf(name)).toBe(expected);
  });

  it('finds a file by its whole path', async () => {
    expect(await shotOf(join(folder, 'cam.mjs#Cam'))).toBe('es');
  });

  it('gives a class the state and the settings', async () => {
    expect((await loadCamera('./cam.mjs#Cam', folder))(new State(), { freq: 3 })).toMatchObject({ freq: 3 });
  });

  it.each([
    ['./gone.mjs#Cam', 'the camera ./gone.mjs#Cam cannot be loaded: there is no file FOLDER/gone.mjs'],
    ['gone#Cam', 'the camera gone#Cam cannot be loaded: there is no file and no package gone in FOLDER'],
    ['#Cam', 'the camera #Cam cannot be loaded: there is no file FOLDER'],
    ['./throws.mjs', 'the camera ./throws.mjs cannot be loaded: not today'],
    ['./cam.mjs#Cat', './cam.mjs exports no Cat, but Blind, Cam, Dear, Field, number'],
    ['./named.cjs#Cat', './named.cjs exports no Cat, but Cam'],
    [
      './no-default.mjs',
      './no-default.mjs has no default export: name what it exports, as in ./no-default.mjs#One',
    ],
    [
      './cam.mjs#number',
      './cam.mjs#number is no camera: it is a number; a camera is a class with onShutter(state), or a function',
    ],
    [
      './named.cjs',
      './named.cjs is no camera: it is an object; a camera is a class with onShutter(state), or a function',
    ],
    [
      './cam.mjs#Blind',
      './cam.mjs#Blind is no camera: its class has no onShutter; a camera is a class with onShutter(state), or a function',
    ],
    ['./cam.mjs#Dear', 'the camera ./cam.mjs#Dear could not be made: TypeError: no film'],
  ])('refuses %s in one sentence', async (name, sentence) => {
    const error = await shotOf(name).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(CameraError);
    expect((error as CameraError).message).toBe(sentence.replace('FOLDER', folder));
    expect((error as CameraError).exitStatus).toBe(exitStatus.failed);
  });

  it.each(['./broken.mjs', './needs.mjs'])('says in one line why %s cannot be loaded', async (name) => {
    await expect(shotOf(name)).rejects.toThrow(/^the camera \S+ cannot be loaded: [^\n]{10,}$/);
  });
});
