import { pythonDumps } from '../protocol/python-dumps.ts';
import { pythonRepr, pythonStr } from './python-str.ts';

export interface CeleryLayout {
  /** Celery's `-q`: no arrow, and no footer. */
  readonly quiet: boolean;
  /** Colours as Celery's own, for an output that asks for them. */
  readonly colour: boolean;
}

interface Pretty {
  readonly status: 'OK' | 'ERROR';
  readonly body: string;
}

/** `->  w1@example: OK`, as celery/bin/base.py:CLIContext.say_chat prints it; with its line end. */
export function celeryTitle(hostname: string, value: unknown, layout: CeleryLayout): string {
  const { status } = pretty(value, layout);
  const arrow = layout.quiet ? '' : `${styled('->', '37;1', layout)} `;
  const node = styled(`${hostname}: `, '36;1', layout);
  return `${arrow} ${node}${styled(status, status === 'OK' ? '32;1' : '31;1', layout)}\n`;
}

/** The value under its title, byte for byte as celery/bin/base.py:CLIContext.pretty lays it out. */
export function celeryReply(hostname: string, value: unknown, layout: CeleryLayout): string {
  return `${celeryTitle(hostname, value, layout)}${indented(pretty(value, layout).body)}\n`;
}

/** What ends the output of `status` and `inspect`. */
export function celeryFooter(count: number): string {
  return `\n${count} ${count === 1 ? 'node' : 'nodes'} online.\n`;
}

function pretty(value: unknown, layout: CeleryLayout): Pretty {
  if (Array.isArray(value)) return { status: 'OK', body: prettyList(value, layout) };
  if (typeof value === 'string') return { status: 'OK', body: value };
  const object = value instanceof Map ? value : undefined;
  if (object?.has('ok')) return { status: 'OK', body: indented(pretty(object.get('ok'), layout).body) };
  if (object?.has('error'))
    return { status: 'ERROR', body: indented(pretty(object.get('error'), layout).body) };
  if (object) return { status: 'OK', body: pythonDumps(object, { indent: 4, sortKeys: true }) };
  return { status: 'OK', body: pythonRepr(value) };
}

function prettyList(items: readonly unknown[], layout: CeleryLayout): string {
  if (items.length === 0) return '- empty -';
  return items.map((item) => `${styled('*', '37', layout)} ${pythonStr(item)}`).join('\n');
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

/** SGR as click writes it, colour and weight in two sequences. */
function styled(text: string, codes: string, { colour }: CeleryLayout): string {
  if (!colour) return text;
  const looks = codes.split(';').map((code) => `\x1b[${code}m`);
  return `${looks.join('')}${text}\x1b[0m`;
}
