import { Script } from 'node:vm';
import { UsageError } from '../errors.ts';

/** Splits looked at to find where the last expression begins. */
const mostSplits = 2000;

const blankOrComment = /^\s*(\/\/.*)?$/;

/**
 * Runs a piece of JavaScript in which `await` works everywhere and the names of `scope` are there. Resolves with the
 * value of its last expression, as a prompt would print it, or with what it returns.
 *
 * @throws UsageError when it is not JavaScript; whatever the code throws
 */
export async function runCode(code: string, scope: Readonly<Record<string, unknown>>): Promise<unknown> {
  const names = Object.keys(scope).join(', ');
  const run: (...values: unknown[]) => Promise<unknown> = compiled(code, names).runInThisContext();
  return await run(...Object.values(scope));
}

function compiled(code: string, names: string): Script {
  const script = tryCompile(`(async (${names}) => (${code}\n))`) ?? withLastExpression(code, names);
  if (script !== undefined) return script;
  try {
    return new Script(`(async (${names}) => {${code}\n})`, { filename: 'stalk' });
  } catch (error) {
    throw new UsageError(`The code is not JavaScript: ${error instanceof Error ? error.message : error}.`);
  }
}

/** `const a = 1; a + 1` as `const a = 1; return (a + 1)`. Only compiled, so a wrong split does nothing. */
function withLastExpression(code: string, names: string): Script | undefined {
  let end = code.length;
  let at = code.length;
  for (let split = 0; split < mostSplits && at > 0; split += 1) {
    at = Math.max(code.lastIndexOf(';', at - 1), code.lastIndexOf('\n', at - 1));
    const last = code.slice(at + 1, end);
    if (blankOrComment.test(last)) {
      end = at;
      continue;
    }
    const script = tryCompile(`(async (${names}) => {${code.slice(0, at + 1)}\nreturn (${last}\n)})`);
    if (script !== undefined) return script;
  }
  return undefined;
}

function tryCompile(source: string): Script | undefined {
  try {
    return new Script(source, { filename: 'stalk' });
  } catch {
    return undefined;
  }
}
