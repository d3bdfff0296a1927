import type { Message } from './message.ts';
import { isTooDeep } from './nesting.ts';
import { parsePythonJson } from './python-json.ts';

const json = 'application/json';

/** Undoes the `compression` of a message. Throws when it does not know the codec or the bytes are not what it says. */
export type Decompress = (body: Uint8Array, codec: string) => Uint8Array;

export type DecodedBody = { readonly value: unknown } | { readonly reason: string };

/** Above this a body is not taken apart: text, objects and garbage of several times its size would follow. */
const maxBodyBytes = 64 * 1024 * 1024;

/** Kombu's serializers that we do not read, by content type. Mirrors kombu/serialization.py. */
const serializerNames: Readonly<Record<string, string>> = {
  'application/x-python-serialize': 'pickle',
  'application/x-yaml': 'yaml',
  'application/x-msgpack': 'msgpack',
};

/** Bytes read as they are: kombu writes ASCII, and a wrong label must not cost the message. */
const utf8Labels: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii', 'binary', '8bit']);

/**
 * Reads the body of a message as JSON. Never throws: what cannot be read comes back as a reason, which names the
 * content type and the setting that would help.
 * @param setting Celery's name of the sender's serializer setting, `event_serializer` or `task_serializer`
 * @param parse how the text is read; it throws when it is not JSON
 */
export function decodeBody(
  message: Message,
  setting: string,
  decompress?: Decompress,
  parse: (text: string) => unknown = parsePythonJson,
): DecodedBody {
  const { type, charset } = contentTypeOf(message.contentType);
  // Without a content type Celery would take it for text; a custom producer most likely forgot it.
  if (type !== '' && type.toLowerCase() !== json) return { reason: unreadable(type, setting) };
  if (message.body.byteLength > maxBodyBytes) {
    return { reason: `The body has ${message.body.byteLength} bytes, more than are read here.` };
  }
  try {
    const codec = message.headers['compression'];
    const bytes = typeof codec === 'string' ? decompressed(message.body, codec, decompress) : message.body;
    const text = textOf(bytes, charset ?? message.contentEncoding);
    const value = parse(text);
    return isTooDeep(text, value) ? { reason: 'The body is nested too deeply to be read here.' } : { value };
  } catch (error) {
    return { reason: `The body is not JSON: ${printable(reasonOf(error), 120)}.` };
  }
}

/** Text off the wire as printable ASCII of at most `length` characters, for reasons and samples. */
export function printable(text: string, length: number): string {
  return preview(new TextEncoder().encode(text.slice(0, length)), length);
}

/** The beginning of a body as printable ASCII, other bytes as `\xNN` like Python's bytes. */
export function preview(bytes: Uint8Array, length: number): string {
  let text = '';
  for (const byte of bytes.subarray(0, length)) {
    const piece =
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
    if (text.length + piece.length > length) break;
    text += piece;
  }
  return text;
}

function unreadable(type: string, setting: string): string {
  const name = serializerNames[type.toLowerCase()];
  const kind = printable(type, 60);
  const what = name === undefined ? kind : `${name} (${kind})`;
  return `It is written in ${what}, which cannot be read here: set ${setting} to json on the workers.`;
}

function decompressed(body: Uint8Array, codec: string, decompress: Decompress | undefined): Uint8Array {
  if (!decompress) throw new Error(`compression ${codec} is not read here`);
  return decompress(body, codec);
}

interface ContentType {
  readonly type: string;
  readonly charset: string | undefined;
}

const plainJson: ContentType = { type: json, charset: undefined };

function contentTypeOf(header: string | undefined): ContentType {
  // As Celery writes it: taking this apart thousands of times a second would be felt.
  if (header === json) return plainJson;
  const [type = '', ...parameters] = (header ?? '').split(';').map((part) => part.trim());
  const charset = parameters
    .find((parameter) => parameter.toLowerCase().startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  return { type, charset };
}

function textOf(bytes: Uint8Array, encoding: string | undefined): string {
  const label = (encoding ?? '').toLowerCase();
  if (label === '' || utf8Labels.has(label)) {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  }
  return new TextDecoder(label).decode(bytes);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
