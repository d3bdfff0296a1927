import type { Event } from '../protocol/event.ts';
import { pythonFloat } from '../protocol/python-number.ts';
import { EventTime } from './event-time.ts';
import { pythonStr } from './python-str.ts';
import { RecentTexts } from './recent-texts.ts';

/** Later events of a task repeat what it is; Celery remembers as many (celery/events/dumper.py:TASK_NAMES). */
const maxTasks = 4095;

/** Types whose keys are remembered. Celery has a dozen; a stranger may have as many as it likes. */
const maxTypes = 64;

const typeWords: Readonly<Record<string, string>> = {
  'worker-offline': 'shutdown',
  'worker-online': 'started',
  'worker-heartbeat': 'heartbeat',
};

/** What events of a type have in common, found out once as long as their keys stay the same. */
interface Shape {
  /** Of the event, in its order. */
  readonly keys: readonly string[];
  /** Between the time and the task: `task received: `, without the colon where no field is left. */
  readonly words: string;
  readonly isTask: boolean;
  /** It tells what the task is: name, args and kwargs. */
  readonly isNaming: boolean;
  readonly fields: readonly { readonly key: string; readonly label: string }[];
}

/**
 * Events as the lines of `celery events --dump`, byte for byte. Mirrors celery/events/dumper.py:Dumper. A field that
 * Celery would fail on when it is missing prints as `?`. Floats that happen to be whole are known by their field.
 */
export class EventLines {
  readonly #tasks = new RecentTexts(maxTasks);
  readonly #shapes = new Map<string, Shape>();
  readonly #time = new EventTime();
  /** All events of a message were received at once. */
  #received: unknown = 0;
  #receivedText = '0.0';

  /** One line without its end; a traceback in it keeps its own line feeds. */
  line(event: Event): string {
    const shape = this.#shapeOf(event);
    const { hostname } = event;
    const host = typeof hostname === 'string' ? hostname : required(hostname);
    let text = `${host} [${this.#time.text(event.timestamp) ?? '?'}] ${shape.words}`;
    if (shape.isTask) text += `${this.#task(event, shape.isNaming)} `;
    for (const { key, label } of shape.fields) text += label + this.#field(key, event);
    return text;
  }

  /** Remembers the task of an event that is not printed. */
  learn(event: Event): void {
    const { isTask, isNaming } = this.#shapeOf(event);
    if (isTask && isNaming) this.#task(event, isNaming);
  }

  #shapeOf(event: Event): Shape {
    const known = this.#shapes.get(event.type);
    if (known !== undefined && hasKeys(event, known.keys)) return known;
    const shape = shapeOf(event);
    if (this.#shapes.size >= maxTypes) this.#shapes.clear();
    this.#shapes.set(event.type, shape);
    return shape;
  }

  #task(event: Event, isNaming: boolean): string {
    const uuid = required(event.uuid);
    if (!isNaming) return this.#tasks.get(uuid) ?? '';
    const { name, args, kwargs } = event;
    const text = `${required(name)}(${uuid}) args=${required(args)} kwargs=${required(kwargs)}`;
    // Makes one string of the pieces that V8 would keep with it: less to collect, a tenth of the time.
    text.charCodeAt(0);
    this.#tasks.set(uuid, text);
    return text;
  }

  #field(key: string, event: Event): string {
    const value = event[key];
    if (typeof value === 'string') return value;
    if (key !== 'local_received') return fieldText(key, value, event);
    if (value !== this.#received) {
      this.#receivedText = fieldText(key, value, event);
      this.#received = value;
    }
    return this.#receivedText;
  }
}

/** A field as Celery prints it: Python's `str`. */
export function fieldText(key: string, value: unknown, event: Event): string {
  if (typeof value === 'number') {
    return isFloat(key, event) ? pythonFloat(value) : pythonStr(value);
  }
  if (key === 'loadavg' && Array.isArray(value)) {
    return `[${value.map((item) => (typeof item === 'number' ? pythonFloat(item) : pythonStr(item))).join(', ')}]`;
  }
  return pythonStr(value);
}

function shapeOf(event: Event): Shape {
  const kind = event.type.toLowerCase();
  const isTask = kind.startsWith('task-');
  const isNaming = kind === 'task-received' || kind === 'task-sent';
  const elsewhere = new Set(['timestamp', 'type', 'hostname']);
  if (isTask) elsewhere.add('uuid');
  if (isNaming) for (const key of ['name', 'args', 'kwargs']) elsewhere.add(key);
  const keys = Object.keys(event);
  const fields = keys
    .filter((key) => !elsewhere.has(key))
    .sort()
    .map((key, index) => ({ key, label: `${index === 0 ? '' : ', '}${key}=` }));
  const words = typeWords[kind] ?? kind.replaceAll('-', ' ');
  return { keys, words: `${words}${fields.length === 0 ? '' : ':'} `, isTask, isNaming, fields };
}

function hasKeys(event: Event, keys: readonly string[]): boolean {
  let index = 0;
  for (const key in event) {
    if (keys[index] !== key) return false;
    index += 1;
  }
  return index === keys.length;
}

function required(value: unknown): string {
  return value === undefined ? '?' : pythonStr(value);
}

/** The heartbeat that answers a request has an int `freq` and no `active`; every other one is a float. */
function isFloat(key: string, event: Event): boolean {
  return key === 'runtime' || key === 'local_received' || (key === 'freq' && event['active'] !== undefined);
}
