import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';
import type { Camera, CameraClass, CameraFunction, CameraSettings } from '../camera/camera.ts';
import { CameraError } from '../errors.ts';
import type { State } from '../state/state.ts';

type Exports = Readonly<Record<string, unknown>>;

/** Makes the camera that was loaded. */
export type MakeCamera = (state: State, settings: CameraSettings) => Camera | CameraFunction;

/**
 * Loads `./cam.mjs#Cam`, `package#Export`, or the default export where no name is given: an ES module or a CommonJS one,
 * TypeScript where Node can.
 *
 * @param folder what paths and packages are looked for from
 * @throws CameraError, one sentence, when it cannot be loaded or is no camera; so does what it returns
 */
export async function loadCamera(name: string, folder: string): Promise<MakeCamera> {
  const hash = name.lastIndexOf('#');
  const module = hash < 0 ? name : name.slice(0, hash);
  const exportName = hash < 0 ? 'default' : name.slice(hash + 1);
  const exports = await loadModule(name, module, folder);
  const found = exportOf(exports, exportName);
  if (found === undefined) throw new CameraError(noExport(module, exportName, exports));
  if (typeof found !== 'function') throw notACamera(name, `it is ${kindOf(found)}`);
  return (state, settings) => make(name, found as CameraClass | CameraFunction, state, settings);
}

function make(
  name: string,
  given: CameraClass | CameraFunction,
  state: State,
  settings: CameraSettings,
): Camera | CameraFunction {
  if (!isClass(given)) return given;
  let camera: Camera;
  try {
    camera = new given(state, settings);
  } catch (error) {
    throw new CameraError(`the camera ${name} could not be made: ${sentenceOf(error)}`, { cause: error });
  }
  if (typeof camera.onShutter !== 'function') throw notACamera(name, 'its class has no onShutter');
  return camera;
}

function isClass(given: CameraClass | CameraFunction): given is CameraClass {
  const { prototype } = given as { prototype?: { onShutter?: unknown } };
  return (
    typeof prototype?.onShutter === 'function' || /^class\b/.test(Function.prototype.toString.call(given))
  );
}

async function loadModule(name: string, module: string, folder: string): Promise<Exports> {
  try {
    const path = resolve(folder, module);
    if (isFile(path)) return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Exports;
    if (/^\.{0,2}\//.test(module) || module === '') throw new Error(`there is no file ${path}`);
    return await importPackage(module, folder);
  } catch (error) {
    throw new CameraError(`the camera ${name} cannot be loaded: ${reasonOf(error, module, folder)}`, {
      cause: error,
    });
  }
}

async function importPackage(module: string, folder: string): Promise<Exports> {
  let resolved: string;
  try {
    resolved = createRequire(join(folder, 'stalk')).resolve(module);
  } catch (error) {
    if (codeOf(error) !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
    return importFrom(module, folder);
  }
  return (await import(/* @vite-ignore */ pathToFileURL(resolved).href)) as Exports;
}

/** A package that is for `import` alone is only found by an `import` that stands in that folder. */
function importFrom(module: string, folder: string): Promise<Exports> {
  const script = new Script('(module) => import(module)', {
    filename: join(folder, 'stalk'),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext()(module);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** What CommonJS exports is the default export of an ES module, and so is a compiled `export default` in it. */
function exportOf(exports: Exports, name: string): unknown {
  const whole = exports['default'];
  const inside =
    (typeof whole === 'object' || typeof whole === 'function') && whole !== null ? (whole as Exports) : {};
  if (name !== 'default') return exports[name] ?? (Object.hasOwn(inside, name) ? inside[name] : undefined);
  return typeof whole === 'object' && typeof inside['default'] === 'function' ? inside['default'] : whole;
}

function noExport(module: string, name: string, exports: Exports): string {
  const inside = exports['default'];
  const names = new Set([
    ...Object.keys(exports),
    ...(typeof inside === 'object' && inside !== null ? Object.keys(inside) : []),
  ]);
  const others = [...names]
    .sort()
    .filter((other) => !['default', 'module.exports', '__esModule'].includes(other));
  const [first] = others;
  if (name !== 'default') {
    const known = first === undefined ? 'no name at all' : others.slice(0, 10).join(', ');
    return `${module} exports no ${name}, but ${known}`;
  }
  const advice = first === undefined ? '' : `: name what it exports, as in ${module}#${first}`;
  return `${module} has no default export${advice}`;
}

function notACamera(name: string, why: string): CameraError {
  return new CameraError(
    `${name} is no camera: ${why}; a camera is a class with onShutter(state), or a function`,
  );
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function reasonOf(error: unknown, module: string, folder: string): string {
  const code = codeOf(error);
  const message = sentenceOf(error).replace(/^Error: /, '');
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?tsx?$/.test(module)) {
    return `this Node.js (${process.versions.node}) does not run TypeScript, 22.18 and newer do`;
  }
  const isMissing = code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
  if (isMissing && message.includes(`'${module}'`))
    return `there is no file and no package ${module} in ${folder}`;
  return message;
}

/** Of an error of somebody else's code: its first line. */
function sentenceOf(error: unknown): string {
  return String(error).split('\n')[0] ?? '';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
