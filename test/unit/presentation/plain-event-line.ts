import { pythonStr } from '../../../src/presentation/python-str.ts';
import type { Event } from '../../../src/protocol/event.ts';
import { pythonFloat } from '../../../src/protocol/python-number.ts';

const words: Readonly<Record<string, string>> = {
  'worker-offline': 'shutdown',
  'worker-online': 'started',
  'worker-heartbeat': 'heartbeat',
};

/** What EventLines prints, word for word as celery/events/dumper.py has it and as slow: nothing is remembered but tasks. */
export class PlainEventLines {
  readonly #limit = 4095;
  readonly #tasks = new Map<string, string>();

  line(event: Event): string {
    const { timestamp, type, hostname, ...fields } = event;
    const kind = type.toLowerCase();
    const task = kind.startsWith('task-') ? `${this.#takeTask(kind, fields)} ` : '';
    const rest = Object.keys(fields)
      .sort()
      .map((key) => `${key}=${textOf(key, fields)}`)
      .join(', ');
    return `${required(hostname)} [${timeText(timestamp)}] ${words[kind] ?? kind.replaceAll('-', ' ')}${rest === '' ? '' : ':'} ${task}${rest}`;
  }

  #takeTask(kind: string, fields: Record<string, unknown>): string {
    const uuid = required(fields['uuid']);
    delete fields['uuid'];
    if (kind !== 'task-received' && kind !== 'task-sent') {
      const known = this.#tasks.get(uuid);
      this.#tasks.delete(uuid);
      if (known !== undefined) this.#set(uuid, known);
      return known ?? '';
    }
    const text = `${required(fields['name'])}(${uuid}) args=${required(fields['args'])} kwargs=${required(fields['kwargs'])}`;
    for (const key of ['name', 'args', 'kwargs']) delete fields[key];
    this.#set(uuid, text);
    return text;
  }

  /** kombu/utils/functional.py:LRUCache.__setitem__ */
  #set(uuid: string, text: string): void {
    const [oldest] = this.#tasks.keys();
    if (this.#tasks.size >= this.#limit && oldest !== undefined) this.#tasks.delete(oldest);
    this.#tasks.set(uuid, text);
  }
}

function required(value: unknown): string {
  return value === undefined ? '?' : pythonStr(value);
}

function textOf(key: string, fields: Readonly<Record<string, unknown>>): string {
  const value = fields[key];
  const isFloat =
    key === 'runtime' || key === 'local_received' || (key === 'freq' && fields['active'] !== undefined);
  if (typeof value === 'number' && isFloat) return pythonFloat(value);
  if (key === 'loadavg' && Array.isArray(value)) {
    return `[${value.map((item) => (typeof item === 'number' ? pythonFloat(item) : pythonStr(item))).join(', ')}]`;
  }
  return pythonStr(value);
}

function timeText(seconds: unknown): string {
  if (typeof seconds !== 'number' || !(Math.abs(seconds) < 250_000_000_000)) return '?';
  let whole = Math.floor(seconds);
  let micros = halfEven((seconds - whole) * 1e6);
  if (micros === 1_000_000) {
    whole += 1;
    micros = 0;
  }
  const date = new Date(whole * 1000).toISOString().slice(0, -5).replace('T', ' ');
  return `${date}${micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`}+00:00`;
}

function halfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
