/** Bytes kept of one paste; the rest is read and forgotten. */
const longest = 65_536;

const endMarker = '\x1b[201~';

/** The text between the marks of a bracketed paste, however it is cut into pieces. */
export class PasteCollector {
  #bytes: number[] = [];
  /** How much of the end mark the last bytes match. */
  #matched = 0;

  /** Takes one byte; true when it was the last of the end mark. */
  push(byte: number): boolean {
    if (byte === endMarker.charCodeAt(this.#matched)) {
      this.#matched++;
      return this.#matched === endMarker.length;
    }
    for (let at = 0; at < this.#matched; at++) this.#keep(endMarker.charCodeAt(at));
    // The mark begins with its only ESC, so a failed match can only begin again here.
    this.#matched = byte === 0x1b ? 1 : 0;
    if (byte !== 0x1b) this.#keep(byte);
    return false;
  }

  /** What was pasted, with `\n` for every line break and without any other control character; starts anew. */
  take(): string {
    const text = new TextDecoder().decode(Uint8Array.from(this.#bytes), { stream: true });
    this.#bytes = [];
    this.#matched = 0;
    return text.replace(/\r\n?/g, '\n').replace(/[^\P{C}\n\t]/gu, '');
  }

  #keep(byte: number): void {
    if (this.#bytes.length < longest) this.#bytes.push(byte);
  }
}
