import { valueFlags } from './completion-bash.ts';
import type { CompletionCommand, CompletionModel, CompletionOption, Values } from './completion-model.ts';

/** A completion script for fish 3.0 and newer. */
export function fishScript(model: CompletionModel): string {
  const { commands, common } = model;
  return `# fish completion for stalk, written by: stalk completion fish

# The words of the line that are neither options nor what they take.
function __stalk_given
    set -l skip 0
    set -l tokens (commandline -opc)
    for token in $tokens[2..-1]
        if test $skip -eq 1
            set skip 0
            continue
        end
        switch $token
            case '--*=*'
            case ${valueFlags(model).join(' ')}
                set skip 1
            case '-*'
            case '*'
                echo -- $token
        end
    end
end

# Whether the line begins with these words and has as many more as the first argument says, or more of them with a +.
function __stalk_is_at
    set -l given (__stalk_given)
    set -l words $argv[2..-1]
    set -l more (math (count $given) - (count $words))
    test $more -ge 0
    or return 1
    for i in (seq (count $words))
        test "$given[$i]" = "$words[$i]"
        or return 1
    end
    switch $argv[1]
        case '*+'
            test $more -ge (string replace + '' -- $argv[1])
        case '*'
            test $more -eq $argv[1]
    end
end

# Names that the cluster knows.
function __stalk_ask
    set -l tokens (commandline -opc)
    $tokens[1] __complete $argv[1] -- (commandline -ct | string replace -r '^--[^=]*=' '') $tokens[2..-1] 2>/dev/null
end

complete -c stalk -f
${commands.map(({ name, help }) => completion("'__stalk_is_at 0'", `-a ${name} -d ${quoted(help)}`)).join('\n')}
${common.map((option) => optionLine(option, undefined)).join('\n')}
${commands.flatMap((command) => [...command.options.map((option) => optionLine(option, command.name)), ...placeLines(command)]).join('\n')}
`;
}

function optionLine(
  { flags, help, takesValue, values }: CompletionOption,
  command: string | undefined,
): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const condition = command === undefined ? undefined : `'__stalk_is_at 0+ ${command}'`;
  const value = takesValue ? valueWords(values) : '';
  return completion(
    condition,
    [...names, value, `-d ${quoted(help)}`].filter((part) => part !== '').join(' '),
  );
}

function valueWords(values: Values): string {
  if (values !== undefined && 'files' in values) return '-r -F';
  const written = argumentsOf(values);
  return written === undefined ? '-x' : `-x -a ${written}`;
}

function placeLines(command: CompletionCommand, above = ''): string[] {
  const under = `${above}${command.name}`;
  const { subcommands, places } = command;
  if (subcommands.length > 0) {
    return subcommands.flatMap((subcommand) => [
      completion(`'__stalk_is_at 0 ${under}'`, `-a ${subcommand.name} -d ${quoted(subcommand.help)}`),
      ...placeLines(subcommand, `${under} `),
    ]);
  }
  return places.flatMap((values, index) => {
    const written = argumentsOf(values);
    const place = index === places.length - 1 ? `${index}+` : String(index);
    if (values !== undefined && 'files' in values)
      return [completion(`'__stalk_is_at ${place} ${under}'`, '-F')];
    return written === undefined ? [] : [completion(`'__stalk_is_at ${place} ${under}'`, `-a ${written}`)];
  });
}

function argumentsOf(values: Values): string | undefined {
  if (values === undefined || 'files' in values) return undefined;
  return 'words' in values ? quoted(values.words.join(' ')) : `'(__stalk_ask ${values.live})'`;
}

function completion(condition: string | undefined, what: string): string {
  return `complete -c stalk ${condition === undefined ? '' : `-n ${condition} `}${what}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
