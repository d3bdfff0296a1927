import type { Timers } from '../../timers.ts';
import type { InputEvent } from './key.ts';
import { controlKey, csiKey, ss3Key } from './key-sequences.ts';
import { PasteCollector } from './paste-collector.ts';

/** A lone ESC is the Escape key once nothing has followed it for this long. */
const escapeMs = 50;

/** A sequence that began is completed by a slow link within this time, or it is dropped. */
const sequenceMs = 500;

/** A paste whose end was lost must not swallow the keys for ever. */
const pasteMs = 1_000;

/** Longer parameters are nobody's key. */
const maxParameters = 64;

const escapeByte = 0x1b;

/**
 * - `escape`: after ESC. `csi`: after `ESC [`. `ss3`: after `ESC O`.
 * - `string`: after `ESC ] P X ^ _`, a reply that ends with BEL or `ESC \`.
 * - `skip`: bytes that belong to a sequence without parameters (X10 mouse, Linux console function keys).
 */
type Mode = 'ground' | 'character' | 'escape' | 'csi' | 'ss3' | 'string' | 'skip' | 'paste';

/**
 * Turns the terminal's bytes into keys, pastes and acknowledgements. It may be cut anywhere, also within a character;
 * nothing that comes in makes it throw, grow or hand on a control character. What it does not know it drops, mouse and
 * focus reports included. ESC and a printable character in one read are Escape and then that key: there is no Alt.
 */
export class KeyDecoder {
  readonly #emit: (event: InputEvent) => void;
  readonly #timers: Timers;
  readonly #paste = new PasteCollector();
  #mode: Mode = 'ground';
  /** Bytes of the UTF-8 character that is incomplete. */
  #character: number[] = [];
  #characterLength = 0;
  /** What followed ESC, as characters; bounded by `maxParameters`. */
  #sequence = '';
  #toSkip = 0;
  #chunk = 0;
  #escapeChunk = 0;
  #escapeAtMs = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(emit: (event: InputEvent) => void, timers: Timers) {
    this.#emit = emit;
    this.#timers = timers;
  }

  push(chunk: Uint8Array): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#chunk++;
    // Ctrl-C typed after a paste whose end was lost; inside a real paste it never comes alone.
    if (this.#mode === 'paste' && chunk.length === 1 && chunk[0] === 3) this.#endPaste();
    for (const byte of chunk) this.#step(byte);
    this.#arm();
  }

  /** Forgets what is incomplete, as after the terminal was lent to another program. */
  reset(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#paste.take();
    this.#ground();
  }

  #step(byte: number): void {
    if (this.#mode === 'ground') this.#stepGround(byte);
    else if (this.#mode === 'character') this.#stepCharacter(byte);
    else if (this.#mode === 'escape') this.#stepEscape(byte);
    else if (this.#mode === 'csi') this.#stepCsi(byte);
    else if (this.#mode === 'ss3') this.#stepSs3(byte);
    else if (this.#mode === 'string') this.#stepString(byte);
    else if (this.#mode === 'skip') this.#stepSkip();
    else if (this.#paste.push(byte)) this.#endPaste();
  }

  #stepGround(byte: number): void {
    if (byte === escapeByte) this.#startEscape();
    else if (byte < 0x20 || byte === 0x7f) this.#key(controlKey(byte), this.#chunk);
    else if (byte === 0x20) this.#key('space', this.#chunk);
    else if (byte < 0x7f) this.#key(String.fromCharCode(byte), this.#chunk);
    else if (byte >= 0xc2 && byte <= 0xf4) {
      this.#mode = 'character';
      this.#character = [byte];
      this.#characterLength = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    }
  }

  #stepCharacter(byte: number): void {
    if (byte < 0x80 || byte > 0xbf) {
      this.#ground();
      this.#step(byte);
      return;
    }
    this.#character.push(byte);
    if (this.#character.length < this.#characterLength) return;
    const character = new TextDecoder().decode(Uint8Array.from(this.#character));
    this.#ground();
    if (!/[\p{C}\uFFFD]/u.test(character)) this.#key(character, this.#chunk);
  }

  #stepEscape(byte: number): void {
    if (byte === 0x5b) this.#mode = 'csi';
    else if (byte === 0x4f) this.#mode = 'ss3';
    else if (']PX^_'.includes(String.fromCharCode(byte))) {
      this.#mode = 'string';
      this.#sequence = String.fromCharCode(byte);
    } else {
      this.#ground();
      this.#key('escape', this.#escapeChunk);
      this.#step(byte);
    }
  }

  #stepCsi(byte: number): void {
    if (byte < 0x20 || byte > 0x7e) {
      this.#ground();
      this.#step(byte);
    } else if (byte >= 0x40) this.#endCsi(String.fromCharCode(byte));
    else if (this.#sequence.length <= maxParameters) this.#sequence += String.fromCharCode(byte);
  }

  #endCsi(final: string): void {
    const parameters = this.#sequence;
    this.#ground();
    if (parameters === '' && (final === 'M' || final === '[')) {
      this.#mode = 'skip';
      this.#toSkip = final === 'M' ? 3 : 1;
    } else if (final === 'n' && (parameters === '0' || parameters === '3')) {
      this.#emit({ type: 'acknowledgement' });
    } else if (final === '~' && parameters === '200') this.#mode = 'paste';
    else if (/^[\d;:]*$/.test(parameters) && parameters.length <= maxParameters) {
      const key = csiKey(parameters, final);
      if (key !== undefined) this.#key(key, this.#chunk);
    }
  }

  #stepSs3(byte: number): void {
    this.#ground();
    if (byte < 0x20 || byte > 0x7e) {
      this.#step(byte);
      return;
    }
    const key = ss3Key(String.fromCharCode(byte));
    if (key !== undefined) this.#key(key, this.#chunk);
  }

  /** Only the end of the string matters; what it says is an answer to a question that was never asked. */
  #stepString(byte: number): void {
    const isAfterEscape = this.#sequence.endsWith('\x1b');
    if (byte === 0x07 || byte === 0x18 || byte === 0x1a || (byte === 0x5c && isAfterEscape)) this.#ground();
    else if (isAfterEscape) {
      this.#startEscape();
      this.#step(byte);
    } else this.#sequence = this.#sequence.slice(0, 1) + String.fromCharCode(byte);
  }

  #stepSkip(): void {
    this.#toSkip--;
    if (this.#toSkip === 0) this.#ground();
  }

  #startEscape(): void {
    this.#mode = 'escape';
    this.#escapeChunk = this.#chunk;
    this.#escapeAtMs = this.#timers.nowMs();
    this.#sequence = '';
  }

  #endPaste(): void {
    this.#ground();
    this.#emit({ type: 'paste', text: this.#paste.take(), chunk: this.#chunk });
  }

  #ground(): void {
    this.#mode = 'ground';
    this.#sequence = '';
    this.#character = [];
  }

  #key(key: string, chunk: number): void {
    this.#emit({ type: 'key', key, chunk });
  }

  #arm(): void {
    if (this.#mode === 'ground' || this.#mode === 'character') return;
    this.#cancelTimer = this.#timers.after(this.#patienceMs(), () => this.#timeOut());
  }

  /** A paste goes on for as long as it moves; a sequence counts from its ESC, or typing on would feed it for ever. */
  #patienceMs(): number {
    if (this.#mode === 'paste') return pasteMs;
    const patience = this.#mode === 'escape' || this.#isLoneIntroducer() ? escapeMs : sequenceMs;
    return Math.max(0, this.#escapeAtMs + patience - this.#timers.nowMs());
  }

  /** `ESC P` and nothing more: rather Escape and then P than the start of an answer. */
  #isLoneIntroducer(): boolean {
    return this.#mode === 'string' && this.#sequence.length === 1;
  }

  #timeOut(): void {
    const mode = this.#mode;
    const typed = mode === 'string' ? this.#sequence : mode === 'csi' ? '[' : mode === 'ss3' ? 'O' : '';
    const isTyped = this.#isLoneIntroducer() || mode === 'ss3' || (mode === 'csi' && this.#sequence === '');
    if (mode === 'paste') this.#endPaste();
    else this.#ground();
    if (mode === 'escape' || isTyped) this.#key('escape', this.#escapeChunk);
    if (isTyped) this.#key(typed, this.#chunk);
  }
}
