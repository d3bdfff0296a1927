import { valueFlags } from './completion-bash.ts';
import type { CompletionCommand, CompletionModel, CompletionOption, Values } from './completion-model.ts';

/** A completion script for zsh, to be found in $fpath as `_stalk` or to be evaluated. */
export function zshScript(model: CompletionModel): string {
  const { commands, common } = model;
  const withSubcommands = commands.filter(({ subcommands }) => subcommands.length > 0);
  return `#compdef stalk
# zsh completion for stalk, written by: stalk completion zsh

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

# Names that the cluster knows. Variables are those of _stalk.
_stalk_ask() {
  local -a found
  found=(\${(f)"$($words[1] __complete $1 -- "$PREFIX" "\${(@Q)words[2,CURRENT-1]}" 2>/dev/null)"})
  compadd -a found
}

_stalk_options() {
  local -a found
  case $1 in
${commands.map(({ name, options }) => `    ${name}) found=(${described(optionRows(options))}) ;;`).join('\n')}
  esac
  found+=(${described(optionRows(common))})
  _describe -o option found
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
  local -a found
  case "$1:$2" in
${commands.flatMap((command) => placeCases(command)).join('\n')}
  esac
}

_stalk() {
  local word option='' under='' place
  local -a given found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $option ]]; then
      option=''
      continue
    fi
    case $word in
      --*=*) ;;
      -*) if _stalk_takes_value $word; then option=$word; fi ;;
      *) given+=($word) ;;
    esac
  done
  if [[ -n $option ]]; then
    _stalk_values "$given[1]" "$option"
  elif [[ $PREFIX == --*=* ]]; then
    option=\${PREFIX%%=*}
    compset -P '*='
    _stalk_values "$given[1]" "$option"
  elif [[ $PREFIX == -* ]]; then
    _stalk_options "$given[1]"
  elif [[ -z $given[1] ]]; then
    found=(${described(commands.map(({ name, help }) => [name, help]))})
    _describe command found
  else
    under=$given[1]
    place=$#given
    if _stalk_has_subcommands "$under" && ((place > 1)); then
      under="$under $given[2]"
      place=$((place - 1))
    fi
    _stalk_place "$under" "$place"
  fi
}

if [[ $funcstack[1] == _stalk ]]; then
  _stalk "$@"
else
  compdef _stalk stalk
fi
`;
}

type Row = readonly [name: string, help: string];

function optionRows(options: readonly CompletionOption[]): readonly Row[] {
  return options.flatMap(({ flags, help }) => flags.map((flag): Row => [flag, help]));
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
    const rows = subcommands.map(({ name, help }): Row => [name, help]);
    return [
      `    '${under}:1') found=(${described(rows)}); _describe command found ;;`,
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
  if ('words' in values) return `compadd ${values.words.join(' ')}`;
  return 'live' in values ? `_stalk_ask ${values.live}` : '_files';
}

/** `'name:help'` each; a colon in the name would end it. */
function described(rows: readonly Row[]): string {
  return rows.map(([name, help]) => quoted(`${name.replaceAll(':', '\\:')}:${help}`)).join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
