import { escapeControls } from '../presentation/escape-controls.ts';
import type { Event } from '../protocol/event.ts';
import { stageSubjects } from '../protocol/task-state.ts';
import type { State } from '../state/state.ts';
import type { Camera } from './camera.ts';
import { taskEventOf } from './task-event.ts';

/** More lines than this nobody tells apart in a graph; the other types count together. */
const mostTypes = 100;
const longestLabel = 100;
const otherField = 'other_tasks';

interface Field {
  readonly field: string;
  readonly label: string;
  count: number;
}

/**
 * Writes the graphs of the two plugins that Celery's guide names (Monitoring: Munin), as one plugin with two graphs: what
 * munin asks for with `config`, and values. Both count events as they come, so that munin draws them per minute or second.
 */
export class MuninCamera implements Camera {
  readonly #write: (text: string) => unknown;
  readonly #types = new Map<string, Field>();
  readonly #fields = new Set<string>([otherField]);
  readonly #other: Field = { field: otherField, label: 'all other tasks', count: 0 };
  /** The stages of a task, by the type of event that tells of them. */
  readonly #stages: ReadonlyMap<string, Field> = new Map(
    stageSubjects.map((subject) => [`task-${subject}`, { field: subject, label: subject, count: 0 }]),
  );

  /** @param write takes the whole text */
  constructor(write: (text: string) => unknown) {
    this.#write = write;
  }

  onEvent(event: Event, state: State): void {
    const found = taskEventOf(event, state);
    if (found === undefined) return;
    const stage = this.#stages.get(found.type);
    if (stage !== undefined) stage.count += 1;
    // How often a type was executed: by its starts, which each run has one of.
    if (found.type === 'task-started') this.#typeOf(found.task.name ?? '').count += 1;
  }

  onShutter(): unknown {
    const types = [...this.#types.values(), ...(this.#types.size < mostTypes ? [] : [this.#other])];
    const lines = [
      ...graph('celery_tasks', 'Celery tasks', types, (label) => `number of ${label} tasks`),
      ...graph(
        'celery_tasks_states',
        'Celery tasks in each state',
        [...this.#stages.values()],
        (label) => `number of ${label} tasks`,
      ),
    ];
    return this.#write(`${lines.join('\n')}\n`);
  }

  #typeOf(name: string): Field {
    const known = this.#types.get(name);
    if (known !== undefined) return known;
    if (this.#types.size >= mostTypes) return this.#other;
    const made = { field: this.#freeField(name), label: labelOf(name), count: 0 };
    this.#types.set(name, made);
    return made;
  }

  /** As celery_tasks of munin names them, `proj.add` is `proj_add`; of two that would be the same, one has a number. */
  #freeField(name: string): string {
    const clean = name.replace(/[^A-Za-z0-9_]/g, '_').slice(0, longestLabel);
    const plain = /^[A-Za-z_]/.test(clean) ? clean : `_${clean}`;
    let field = plain;
    for (let number = 2; this.#fields.has(field); number += 1) field = `${plain}_${number}`;
    this.#fields.add(field);
    return field;
  }
}

function graph(
  name: string,
  title: string,
  fields: readonly Field[],
  info: (label: string) => string,
): string[] {
  return [
    `multigraph ${name}`,
    `graph_title ${title}`,
    'graph_args --lower-limit 0',
    'graph_scale no',
    // munin fills this in.
    'graph_vlabel tasks per $' + '{graph_period}',
    'graph_category celery',
    ...fields.flatMap(({ field, label, count }) => [
      `${field}.label ${label}`,
      `${field}.type DERIVE`,
      `${field}.min 0`,
      `${field}.info ${info(label)}`,
      `${field}.value ${count}`,
    ]),
  ];
}

/** One line; munin takes `#` and `\` for marks of its own. */
function labelOf(name: string): string {
  const text = escapeControls(name.slice(0, longestLabel).replace(/\s/g, ' ')).replace(/[#\\]/g, '_');
  return text.trim() === '' ? 'tasks without a name' : text;
}
