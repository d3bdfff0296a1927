import { cell, type Numeric } from './cell-pages.ts';
import { type ExtraFields, noExtraFields } from './extra-fields.ts';
import { nullBit, type Text } from './rare-fields.ts';
import { type ShedField, shedFields } from './shed-fields.ts';
import { TaskRecord } from './task-record.ts';

/**
 * What events say about one task, in Celery's names in camelCase. `undefined`: no event carried it; `null`: it arrived
 * as null; both mean "not known". A value of another type than Celery sends never gets here: it is kept as it
 * arrived in the task's extra fields, so what is read here can be trusted whoever published the event.
 * Times are seconds since the epoch.
 *
 * @typeParam Self the task itself
 */
export class TaskFacts<Self> extends TaskRecord<Self> {
  get name(): Text {
    return this.typeGroup?.name ?? this.nullOr(nullBit.name);
  }

  get sent(): Numeric {
    return this.readCell(cell.sent);
  }

  get received(): Numeric {
    return this.readCell(cell.received);
  }

  get started(): Numeric {
    return this.readCell(cell.started);
  }

  get rejected(): Numeric {
    return this.rareFields?.rejected ?? this.nullOr(nullBit.rejected);
  }

  get succeeded(): Numeric {
    return this.readCell(cell.succeeded);
  }

  get failed(): Numeric {
    return this.rareFields?.failed ?? this.nullOr(nullBit.failed);
  }

  get retried(): Numeric {
    return this.rareFields?.retried ?? this.nullOr(nullBit.retried);
  }

  get revoked(): Numeric {
    return this.rareFields?.revoked ?? this.nullOr(nullBit.revoked);
  }

  /** ISO 8601 with offset. */
  get eta(): Text {
    return this.rareFields?.eta ?? this.nullOr(nullBit.eta);
  }

  /** ISO 8601 with offset. */
  get expires(): Text {
    return this.rareFields?.expires ?? this.nullOr(nullBit.expires);
  }

  get retries(): Numeric {
    return this.readCell(cell.retries);
  }

  get exception(): Text {
    return this.rareFields?.exception ?? this.nullOr(nullBit.exception);
  }

  get traceback(): Text {
    return this.rareFields?.traceback ?? this.nullOr(nullBit.traceback);
  }

  /** Seconds. */
  get runtime(): Numeric {
    return this.readCell(cell.runtime);
  }

  get queue(): Text {
    return this.rareFields?.queue ?? this.nullOr(nullBit.queue);
  }

  get exchange(): Text {
    return this.rareFields?.exchange ?? this.nullOr(nullBit.exchange);
  }

  get routingKey(): Text {
    return this.rareFields?.routingKey ?? this.nullOr(nullBit.routingKey);
  }

  /** After a retry a worker sends the task's own uuid here; `parent` and `children` are not misled by it. */
  get parentId(): Text {
    return this.family?.parentId ?? this.nullOr(nullBit.parentId);
  }

  /** Type, process and times of the newest event that was merged whole. */
  get type(): string {
    return this.kind.type;
  }

  get pid(): Numeric {
    return this.readCell(cell.pid);
  }

  get clock(): Numeric {
    return this.readCell(cell.clock);
  }

  get utcoffset(): Numeric {
    return this.readCell(cell.utcoffset);
  }

  get timestamp(): Numeric {
    return this.readCell(cell.timestamp);
  }

  get localReceived(): Numeric {
    return this.readCell(cell.localReceived);
  }

  /** `State.revision` at the newest change. */
  get revision(): number {
    return this.readCell(cell.revision) ?? 0;
  }

  /** Hostname of the process that sent the task, known from a task-sent. */
  get client(): string | undefined {
    return this.rareFields?.client;
  }

  /** Event fields without a property here, and those whose value has an unexpected type, by wire name. */
  get extra(): ExtraFields {
    return this.rareFields?.extra?.values ?? noExtraFields();
  }

  /** The raw texts that were there and were dropped to save memory (`maxBytesInMemory`). */
  get shed(): readonly ShedField[] {
    return shedFields(this.marks);
  }
}
