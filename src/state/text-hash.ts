/** Characters from the end of a text that its place depends on: 32 random bits of a uuid, the number of a numbered name. */
const hashedEnd = 8;

/** FNV-1a over the end, mixed as murmur3 does it; 32 bits with a sign. Who makes up texts can make them collide. */
export function textHash(text: string): number {
  const { length } = text;
  let hash = length;
  for (let at = Math.max(0, length - hashedEnd); at < length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
