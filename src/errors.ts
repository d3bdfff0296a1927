/**
 * Exit statuses follow Celery's own: 1 when something failed, had no queue to go to, was interrupted or was not confirmed
 * (Celery's "Aborted!"), 2 for usage, 69 when nobody replied or the broker is out of reach or refuses. 75,
 * "try again later" in sysexits.h, stands where Celery would wait for ever.
 */
export const exitStatus = {
  ok: 0,
  failed: 1,
  usage: 2,
  unavailable: 69,
  bug: 70,
  /** A pid file that is another process's, as in Celery. */
  taken: 73,
  notReady: 75,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** Base of every error that a person is meant to read: one sentence, an exit status, and never a secret. */
export class StalkError extends Error {
  readonly exitStatus: ExitStatus;

  constructor(message: string, status: ExitStatus, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.exitStatus = status;
  }
}

/** A flag, argument, URL or setting that cannot be understood: says what was wrong and what is allowed. */
export class UsageError extends StalkError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, exitStatus.usage, options);
  }
}

/** The broker cannot be reached: refused connection, unknown host, lost network. Trying again may help. */
export class BrokerUnreachableError extends StalkError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, exitStatus.unavailable, options);
  }
}

/** The broker answered and said no: credentials, virtual host, permission, TLS. Hammering it cannot help. */
export class BrokerRefusedError extends StalkError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, exitStatus.unavailable, options);
  }
}

/** No worker answered within the timeout (Celery's "No nodes replied within time constraint"). */
export class NoReplyError extends StalkError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, exitStatus.unavailable, options);
  }
}

/** A result or a result backend that is there and cannot be read from here: says why, and which setting it is. */
export class UnreadableResultError extends StalkError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, exitStatus.unavailable, options);
  }
}

/** A message that no queue takes: the queue, or the exchange with this routing key, is not there. Nothing was sent. */
export class UnroutableError extends StalkError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, exitStatus.failed, options);
  }
}

/** The person was asked and said no, nobody was there to ask, or Ctrl-C ended it (Celery's "Aborted!"). */
export class AbortedError extends StalkError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, exitStatus.failed, options);
  }
}

/** A camera that cannot be loaded, or is none. */
export class CameraError extends StalkError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, exitStatus.failed, options);
  }
}

/** A recording that cannot be opened, or that cannot be begun or gone on with. */
export class RecordingError extends StalkError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, exitStatus.failed, options);
  }
}
