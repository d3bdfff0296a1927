import type { Event } from '../protocol/event.ts';
import { pythonFloat } from '../protocol/python-number.ts';
import { pythonStr } from './python-str.ts';

/** Later events of a task repeat what it is; Celery remembers as many (celery/events/dumper.py:TASK_NAMES). */
const maxTasks = 4095;

const typeWords: Readonly<Record<string, string>> = {
  'worker-offline': 'shutdown',
  'worker-online': 'started',
  'worker-heartbeat': 'heartbeat',
};

/**
 * Events as the lines of `celery events --dump`, byte for byte. Mirrors celery/events/dumper.py:Dumper. A field that
 * Celery would fail on when it is missing prints as `?`. Floats that happen to be whole are known by their field.
 */
export class EventLines {
  readonly #tasks = new Map<string, string>();

  /** One line without its end; a traceback in it keeps its own line feeds. */
  line(event: Event): string {
    const { timestamp, type, hostname, ...fields } = event;
    const kind = type.toLowerCase();
    const task = kind.startsWith('task-') ? `${this.#takeTask(kind, fields)} ` : '';
    const rest = Object.keys(fields)
      .sort()
      .map((key) => `${key}=${fieldText(key, fields)}`)
      .join(', ');
    const words = typeWords[kind] ?? kind.replaceAll('-', ' ');
    const colon = rest === '' ? '' : ':';
    return `${required(hostname)} [${pythonTime(timestamp)}] ${words}${colon} ${task}${rest}`;
  }

  /** Removes from `fields` what the text of the task already says. */
  #takeTask(kind: string, fields: Record<string, unknown>): string {
    const uuid = required(fields['uuid']);
    delete fields['uuid'];
    if (kind !== 'task-received' && kind !== 'task-sent') return this.#tasks.get(uuid) ?? '';
    const { name, args, kwargs } = fields;
    for (const key of ['name', 'args', 'kwargs']) delete fields[key];
    const text = `${required(name)}(${uuid}) args=${required(args)} kwargs=${required(kwargs)}`;
    this.#tasks.delete(uuid);
    this.#tasks.set(uuid, text);
    if (this.#tasks.size > maxTasks) {
      for (const oldest of this.#tasks.keys()) {
        this.#tasks.delete(oldest);
        break;
      }
    }
    return text;
  }
}

/** Makes a line safe for a terminal: no escape sequence survives, line feeds and tabs of a traceback do. */
export function escapeControls(text: string): string {
  return text.replace(
    /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => {
      const code = character.charCodeAt(0);
      return code <= 0xff
        ? `\\x${code.toString(16).padStart(2, '0')}`
        : `\\u${code.toString(16).padStart(4, '0')}`;
    },
  );
}

function required(value: unknown): string {
  return value === undefined ? '?' : pythonStr(value);
}

function fieldText(key: string, fields: Readonly<Record<string, unknown>>): string {
  const value = fields[key];
  if (typeof value === 'number' && isFloat(key, fields)) return pythonFloat(value);
  if (key === 'loadavg' && Array.isArray(value)) {
    return `[${value.map((item) => (typeof item === 'number' ? pythonFloat(item) : pythonStr(item))).join(', ')}]`;
  }
  return pythonStr(value);
}

/** The heartbeat that answers a request has an int `freq` and no `active`; every other one is a float. */
function isFloat(key: string, fields: Readonly<Record<string, unknown>>): boolean {
  return key === 'runtime' || key === 'local_received' || (key === 'freq' && fields['active'] !== undefined);
}

/** `str(datetime.fromtimestamp(seconds, utc))`: microseconds rounded half to even, left out when they are zero. */
function pythonTime(seconds: unknown): string {
  if (typeof seconds !== 'number' || !(Math.abs(seconds) < 250_000_000_000)) return '?';
  let whole = Math.floor(seconds);
  let micros = roundHalfEven((seconds - whole) * 1e6);
  if (micros === 1_000_000) {
    whole += 1;
    micros = 0;
  }
  const date = new Date(whole * 1000).toISOString().slice(0, -5).replace('T', ' ');
  return `${date}${micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`}+00:00`;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
