import { pythonDumps } from '../protocol/python-dumps.ts';
import { pythonRepr, pythonStr } from './python-str.ts';

export interface CeleryLayout {
  /** Celery's `-q`: no arrow, and no footer. */
  readonly quiet: boolean;
  /** Colours as Celery's own, for an output that asks for them. */
  readonly colour: boolean;
}

/** `->  w1@example: OK`, as celery/bin/base.py:CLIContext.say_chat prints it; with its line end. */
export function celeryTitle(hostname: string, value: unknown, layout: CeleryLayout): string {
  const status = replyStatus(value);
  const arrow = layout.quiet ? '' : `${styled('->', '37;1', layout)} `;
  const node = styled(`${hostname}: `, '36;1', layout);
  return `${arrow} ${node}${styled(status, status === 'OK' ? '32;1' : '31;1', layout)}\n`;
}

/** The value under its title, byte for byte as celery/bin/base.py:CLIContext.pretty lays it out. */
export function celeryReply(hostname: string, value: unknown, layout: CeleryLayout): string {
  return `${celeryTitle(hostname, value, layout)}${indented(body(value, layout))}\n`;
}

/** What Celery says of a reply: any that has `error` and no `ok` is one. */
export function replyStatus(value: unknown): 'OK' | 'ERROR' {
  return value instanceof Map && value.has('error') && !value.has('ok') ? 'ERROR' : 'OK';
}

/** What ends the output of `status` and `inspect`. */
export function celeryFooter(count: number): string {
  return `\n${count} ${count === 1 ? 'node' : 'nodes'} online.\n`;
}

function body(value: unknown, layout: CeleryLayout): string {
  if (Array.isArray(value)) return prettyList(value, layout);
  if (typeof value === 'string') return value;
  if (!(value instanceof Map)) return pythonRepr(value);
  for (const key of ['ok', 'error']) {
    if (value.has(key)) return indented(body(value.get(key), layout));
  }
  return pythonDumps(value, { indent: 4, sortKeys: true });
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
