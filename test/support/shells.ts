import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Shell = 'bash' | 'zsh' | 'fish';

export interface CompletionRun {
  /** What would be offered for the word at the end of the line. */
  readonly offered: readonly string[];
  /** How `stalk __complete` was called, its words joined. */
  readonly calls: readonly string[];
}

/** Names that the `stalk` of these runs knows. */
const stalk = {
  bash: `stalk() { echo "$*" >>"$CALLS"; case $2 in nodes) echo celery@web-1; echo celery@web-2 ;; queues) echo celery; echo mail ;; tasks) echo app.add; echo app.mul ;; esac; }`,
  zsh: `stalk() { print -r -- "$*" >>"$CALLS"; case $2 in nodes) print celery@web-1; print celery@web-2 ;; queues) print celery; print mail ;; tasks) print app.add; print app.mul ;; esac }`,
  fish: `function stalk; echo "$argv" >>$CALLS; switch $argv[2]; case nodes; echo celery@web-1; echo celery@web-2; case queues; echo celery; echo mail; case tasks; echo app.add; echo app.mul; end; end`,
};

/** Bash itself calls the function with these variables. */
const bash = `${stalk.bash}
source "$SCRIPT"
COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
COMP_LINE=$LINE COMP_POINT=\${#LINE}
_stalk stalk
[[ \${#COMPREPLY[@]} -eq 0 ]] || printf '%s\\n' "\${COMPREPLY[@]}"`;

/** What zsh's completion system brings, as far as the script uses it: it prints what would be offered. */
const zsh = `${stalk.zsh}
compdef() { :; }
offer() { local name; for name in "$@"; do [[ $name == "$PREFIX"* ]] && print -r -- $name; done; return 0 }
compadd() { if [[ $1 == -a ]]; then offer "\${(@P)2}"; else offer "$@"; fi }
_describe() { [[ $1 == -o ]] && shift; local -a rows; rows=("\${(@P)2}"); offer "\${(@)rows%%:*}" }
compset() { PREFIX=\${PREFIX#*=} }
_files() { print FILES }
source "$SCRIPT"
words=("\${(@s: :)LINE}")
CURRENT=$#words
PREFIX=$words[CURRENT]
_stalk`;

const fish = `${stalk.fish}
source $SCRIPT
for row in (complete -C $LINE)
  string split -f1 \\t -- $row
end
true`;

const programs: Readonly<Record<Shell, readonly string[]>> = {
  bash: ['--norc', '--noprofile', '-c', bash],
  zsh: ['-f', '-c', zsh],
  fish: ['--no-config', '-c', fish],
};

/** Completes the end of a line in a real shell that has evaluated the script. */
export async function completeIn(shell: Shell, script: string, line: string): Promise<CompletionRun> {
  const folder = await mkdtemp(join(tmpdir(), 'stalk-completion-'));
  try {
    const paths = { SCRIPT: join(folder, 'script'), CALLS: join(folder, 'calls') };
    await writeFile(paths.SCRIPT, script);
    await writeFile(paths.CALLS, '');
    const env = { PATH: process.env['PATH'], HOME: folder, LC_ALL: 'C.UTF-8', ...paths, LINE: line };
    const { stdout, stderr } = await run(shell, programs[shell], { env, cwd: folder });
    if (stderr !== '') throw new Error(`${shell} complains: ${stderr}`);
    const { stdout: calls } = await run('cat', [paths.CALLS]);
    return { offered: linesOf(stdout), calls: linesOf(calls) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
