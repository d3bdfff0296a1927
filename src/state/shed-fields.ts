/** The raw texts of a task, which can be dropped to save memory; `extra` stands for all extra values. */
export type ShedField = 'args' | 'kwargs' | 'result' | 'exception' | 'traceback' | 'extra';

/** One bit each, above those of `nullBit`. */
export const shedBit: Readonly<Record<ShedField, number>> = {
  args: 1 << 16,
  kwargs: 1 << 17,
  result: 1 << 18,
  exception: 1 << 19,
  traceback: 1 << 20,
  extra: 1 << 21,
};

const fields = Object.keys(shedBit) as readonly ShedField[];
const lists: Map<number, readonly ShedField[]> = new Map();

/** The fields whose bits are set; the same list for the same bits. */
export function shedFields(marks: number): readonly ShedField[] {
  const bits = marks & (shedBit.args * 64 - shedBit.args);
  const known = lists.get(bits);
  if (known !== undefined) return known;
  const list = fields.filter((field) => (bits & shedBit[field]) !== 0);
  lists.set(bits, list);
  return list;
}
