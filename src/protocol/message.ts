/** AMQP-style headers: plain JSON values. */
export type Headers = Readonly<Record<string, unknown>>;

/** What a broker delivered, whichever broker it was. On Redis the envelope of kombu has been opened already. */
export interface Message {
  /** The serialized body, still compressed if the `compression` header says so. */
  readonly body: Uint8Array;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly headers: Headers;
  readonly exchange: string;
  readonly routingKey: string;
}

/** What we send. Always JSON, always with a content type: a body without one is text to a worker and gets no answer. */
export interface OutgoingMessage {
  /** A JSON value; each adapter serializes it once. */
  readonly body: unknown;
  readonly headers: Headers;
  /** 1 transient, 2 persistent. Control requests are sent with 2, events and replies with 1, as kombu does. */
  readonly deliveryMode: 1 | 2;
}
