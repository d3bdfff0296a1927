import type { Option } from '../config/option.ts';
import type { UsageCommand } from '../config/usage.ts';
import { exitStatus, UsageError } from '../errors.ts';
import type { CommandContext } from './command-context.ts';
import { bashScript } from './completion-bash.ts';
import { fishScript } from './completion-fish.ts';
import { type CompletionModel, completionModel } from './completion-model.ts';
import { zshScript } from './completion-zsh.ts';

const shells: Readonly<Record<string, (model: CompletionModel) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `stalk completion bash|zsh|fish`: prints a script that completes commands, options and names of the cluster. */
export function runCompletion(
  { words, stdout }: Pick<CommandContext<unknown>, 'words' | 'stdout'>,
  commands: readonly UsageCommand[],
  common: readonly Option[],
): number {
  const [shell = '', ...more] = words;
  const script = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
  if (script === undefined || more.length > 0) {
    const given = words.length === 0 ? '' : `, not ${JSON.stringify(words.join(' ').slice(0, 60))}`;
    throw new UsageError(
      `stalk completion takes the name of a shell, ${Object.keys(shells).join(', ')}${given}`,
    );
  }
  stdout.write(script(completionModel(commands, common)));
  return exitStatus.ok;
}
