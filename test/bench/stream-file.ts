import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { EventStream, type StreamOptions } from './event-stream.ts';

/** Writes the messages of a stream into a file, one body a line, for those that need no broker; returns its path. */
export function streamFile(folder: string, name: string, events: number, options: StreamOptions): string {
  const path = join(folder, name);
  const file = openSync(path, 'w');
  const stream = new EventStream(options);
  while (stream.events < events) {
    writeSync(file, stream.next(Date.now() / 1000).body);
    writeSync(file, '\n');
  }
  closeSync(file);
  return path;
}
