import type { CompletionCommand, CompletionModel, CompletionOption, Values } from './completion-model.ts';

/**
 * A completion script for bash 3.2 and newer. It reads the line itself: bash takes names like `celery@host` apart at the
 * `@`. Nothing that the cluster says is ever expanded.
 */
export function bashScript(model: CompletionModel): string {
  const { commands, common } = model;
  const withSubcommands = commands.filter(({ subcommands }) => subcommands.length > 0);
  return `# bash completion for stalk, written by: stalk completion bash

_stalk_takes_value() {
  case $1 in
    ${valueFlags(model).join('|')}) return 0 ;;
  esac
  return 1
}

_stalk_has_subcommands() {
  case $1 in
    ${withSubcommands.map(({ name }) => name).join('|') || "''"}) return 0 ;;
  esac
  return 1
}

# Names that the cluster knows. Variables are those of _stalk; quotes were typed for the shell.
_stalk_ask() {
  local quotes="[\\"']"
  "$program" __complete "$1" -- "\${current#"$before"}" "\${words[@]//$quotes/}" 2>/dev/null
}

_stalk_files() {
  compgen -f -- "\${current#"$before"}"
}

_stalk_options() {
  case $1 in
${commands.map((command) => optionsCase(command)).join('\n')}
  esac
  ${printed(common.flatMap(({ flags }) => flags))}
}

# What an option of a command takes.
_stalk_values() {
  case "$1 $2" in
${commands.flatMap(({ name, options }) => options.flatMap((option) => valueCase(option, `${name} `) ?? [])).join('\n')}
${common.flatMap((option) => valueCase(option, '* ') ?? []).join('\n')}
  esac
}

# What stands in a place behind a command.
_stalk_place() {
  case "$1:$2" in
${commands.flatMap((command) => placeCases(command)).join('\n')}
  esac
}

_stalk() {
  local program=$1 line=\${COMP_LINE:0:COMP_POINT} current='' before='' option='' candidates='' word command under place breaks
  local -a words given
  read -ra words <<<"$line"
  if [[ $line != *[[:space:]] ]]; then
    current=\${words[\${#words[@]} - 1]}
    unset "words[\${#words[@]} - 1]"
  fi
  words=("\${words[@]:1}")
  for word in "\${words[@]}"; do
    if [[ -n $option ]]; then
      option=''
      continue
    fi
    case $word in
      --*=*) ;;
      -*) if _stalk_takes_value "$word"; then option=$word; fi ;;
      *) given+=("$word") ;;
    esac
  done
  command=\${given[0]}
  if [[ -n $option ]]; then
    candidates=$(_stalk_values "$command" "$option")
  elif [[ $current == --*=* ]]; then
    before=\${current%%=*}=
    candidates=$(_stalk_values "$command" "\${current%%=*}")
  elif [[ $current == -* ]]; then
    candidates=$(_stalk_options "$command")
  elif [[ -z $command ]]; then
    candidates=$(${printed(commands.map(({ name }) => name))})
  else
    under=$command
    place=\${#given[@]}
    if _stalk_has_subcommands "$command" && ((place > 1)); then
      under="$command \${given[1]}"
      place=$((place - 1))
    fi
    candidates=$(_stalk_place "$under" "$place")
  fi
  COMPREPLY=()
  while read -r word; do
    if [[ -n $word && $before$word == "$current"* ]]; then COMPREPLY+=("$before$word"); fi
  done <<<"$candidates"
  # Bash replaces only what stands behind the last of these characters.
  breaks=\${COMP_WORDBREAKS//[!@:=]/}
  if [[ -n $breaks && $current == *["$breaks"]* && \${#COMPREPLY[@]} -gt 0 ]]; then
    before=\${current%"\${current##*["$breaks"]}"}
    COMPREPLY=("\${COMPREPLY[@]#"$before"}")
  fi
}

complete -F _stalk stalk
`;
}

export function valueFlags({ commands, common }: CompletionModel): readonly string[] {
  const options = [...common, ...commands.flatMap((command) => command.options)];
  return [...new Set(options.filter(({ takesValue }) => takesValue).flatMap(({ flags }) => flags))];
}

function optionsCase({ name, options }: CompletionCommand): string {
  return `    ${name}) ${printed(options.flatMap(({ flags }) => flags))} ;;`;
}

function valueCase({ flags, values }: CompletionOption, before: string): string | undefined {
  const written = valuesOf(values);
  const pattern = flags.map((flag) => (before === '* ' ? `*' ${flag}'` : `'${before}${flag}'`)).join('|');
  return written === undefined ? undefined : `    ${pattern}) ${written} ;;`;
}

function placeCases(command: CompletionCommand, above = ''): string[] {
  const under = `${above}${command.name}`;
  const { subcommands, places } = command;
  if (subcommands.length > 0) {
    const names = subcommands.map(({ name }) => name);
    return [
      `    '${under}:1') ${printed(names)} ;;`,
      ...subcommands.flatMap((subcommand) => placeCases(subcommand, `${under} `)),
    ];
  }
  return places.flatMap((values, index) => {
    const written = valuesOf(values);
    const place = index === places.length - 1 ? '*' : String(index + 1);
    return written === undefined ? [] : [`    '${under}:'${place}) ${written} ;;`];
  });
}

function valuesOf(values: Values): string | undefined {
  if (values === undefined) return undefined;
  if ('words' in values) return printed(values.words);
  return 'live' in values ? `_stalk_ask ${values.live}` : '_stalk_files';
}

/** One a line. All of them are words of our own tables. */
function printed(words: readonly string[]): string {
  return words.length === 0 ? ':' : `printf '%s\\n' ${words.join(' ')}`;
}
