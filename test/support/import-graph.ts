import { posix } from 'node:path';

/** Source text by path below src: `state/task.ts`. */
export type Sources = ReadonlyMap<string, string>;

export type ImportKind = 'value' | 'type' | 'dynamic';

/** One import of one file. `target` is a path below src, a package's name, or a `node:` module. */
export type Import = { file: string; target: string; kind: ImportKind };

/** What the files of a layer may import beside each other and what every file may. */
export type LayerRule = {
  layers?: readonly string[];
  /** Layers of which types may be imported, and nothing that exists when the program runs. */
  types?: readonly string[];
  /** Layers that may be loaded with `import()`, and not otherwise. */
  dynamic?: readonly string[];
  /** Packages, each with the files that may import it. */
  packages?: Readonly<Record<string, RegExp>>;
  /** Modules of Node, each with the files that may import it. */
  node?: Readonly<Record<string, RegExp>>;
};

export type LayerTable = Readonly<Record<string, LayerRule>>;

/** Every import of every file. Statements begin in the first column, as the formatter leaves them. */
export function importsOf(sources: Sources): Import[] {
  return [...sources].flatMap(([file, source]) => {
    const code = withoutComments(source);
    const statements = [...code.matchAll(staticImport)].map(
      ([, type, specifier = '']): Import => ({
        file,
        target: resolve(file, specifier),
        kind: type ? 'type' : 'value',
      }),
    );
    const expressions = [...code.matchAll(dynamicImport)].map(
      ([, typeOf, specifier]): Import => ({
        file,
        target: specifier === undefined ? 'import(…)' : resolve(file, specifier),
        kind: typeOf ? 'type' : 'dynamic',
      }),
    );
    return [...statements, ...expressions];
  });
}

/** The folder below src, or the name of a file that lies in src itself. */
export function layerOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : path;
}

/** The imports that the table does not allow, each as `state/task.ts → transport/amqp.ts`. */
export function forbiddenImports(
  sources: Sources,
  table: LayerTable,
  everywhere: readonly string[],
): string[] {
  return importsOf(sources)
    .filter((one) => !everywhere.includes(one.target) && !isAllowed(one, sources, table[layerOf(one.file)]))
    .map(({ file, target, kind }) => `${file} → ${target}${kind === 'value' ? '' : ` (${kind})`}`);
}

/** Circles among files, each as `a.ts → b.ts → a.ts`. Imports of types count: they are dependencies too. */
export function circles(sources: Sources): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const targets = targetsByFile(sources, ['value', 'type', 'dynamic']);
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file].join(' → '));
    if (start >= 0 || done.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of sources.keys()) visit(file, []);
  return found;
}

/** Whatever is loaded, sooner or later, by whoever imports the file: files of ours, packages, and `node:` modules. */
export function reachableFrom(file: string, sources: Sources): Set<string> {
  const targets = targetsByFile(sources, ['value', 'dynamic']);
  const reached = new Set<string>();
  const visit = (current: string): void => {
    for (const target of targets.get(current) ?? []) {
      if (reached.has(target)) continue;
      reached.add(target);
      visit(target);
    }
  };
  visit(file);
  return reached;
}

const staticImport =
  /^(?:import|export)\s+(type\s+)?(?:(?:[\w$*{][\w$*{},\s]*?)\s+from\s+)?['"]([^'"\n]+)['"]/gm;
const dynamicImport = /(typeof\s+)?\bimport\(\s*(?:['"]([^'"\n]+)['"]\s*\)|)/g;

/** Good enough to keep examples in docstrings out: a comment mark in a string only hides the rest of its line. */
function withoutComments(source: string): string {
  return source.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}

function resolve(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return posix.normalize(posix.join(posix.dirname(file), specifier));
}

function targetsByFile(sources: Sources, kinds: readonly ImportKind[]): Map<string, string[]> {
  const targets = new Map<string, string[]>();
  for (const { file, target, kind } of importsOf(sources)) {
    if (!kinds.includes(kind)) continue;
    targets.set(file, [...(targets.get(file) ?? []), target]);
  }
  return targets;
}

function isAllowed({ file, target, kind }: Import, sources: Sources, rule: LayerRule | undefined): boolean {
  if (rule === undefined) return false;
  const node = target.startsWith('node:') ? rule.node?.[target.slice('node:'.length)] : undefined;
  if (node !== undefined) return node.test(file);
  const packageRule = rule.packages?.[target];
  if (packageRule !== undefined) return packageRule.test(file);
  if (!sources.has(target)) return false;
  const layer = layerOf(target);
  if (layer === layerOf(file) || rule.layers?.includes(layer)) return true;
  if (kind === 'type') return rule.types?.includes(layer) ?? false;
  return kind === 'dynamic' && (rule.dynamic?.includes(layer) ?? false);
}
