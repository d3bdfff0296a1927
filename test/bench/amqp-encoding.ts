/** The few pieces of AMQP 0-9-1 that the bench writes; each ends up in one frame. */

export function u8(value: number): Buffer {
  return Buffer.from([value]);
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function shortText(text: string): Buffer {
  return Buffer.concat([u8(Buffer.byteLength(text)), Buffer.from(text)]);
}

export function longText(text: string): Buffer {
  return Buffer.concat([u32(Buffer.byteLength(text)), Buffer.from(text)]);
}

/** A table of texts and 32-bit numbers. */
export function table(entries: Readonly<Record<string, string | number>>): Buffer {
  const fields = Object.entries(entries).map(([name, value]) => {
    const field =
      typeof value === 'string' ? [Buffer.from('S'), longText(value)] : [Buffer.from('I'), u32(value)];
    return Buffer.concat([shortText(name), ...field]);
  });
  const all = Buffer.concat(fields);
  return Buffer.concat([u32(all.length), all]);
}

export function method(classId: number, methodId: number, ...args: readonly Buffer[]): Buffer {
  return Buffer.concat([u16(classId), u16(methodId), ...args]);
}

export const frameType = { method: 1, header: 2, body: 3 } as const;

export function frame(type: number, channel: number, payload: Buffer): Buffer {
  return Buffer.concat([u8(type), u16(channel), u32(payload.length), payload, u8(0xce)]);
}
