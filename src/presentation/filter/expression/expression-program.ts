import type { CodeSet } from './code-set.ts';
import { type Assertion, type Expression, ExpressionError } from './expression.ts';

/** Each instruction goes on to the next one unless it says otherwise. */
export type Instruction =
  | { readonly kind: 'set'; readonly set: CodeSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  /** Goes on at both places; only at `to` when `also` is not there. */
  | { readonly kind: 'jump'; to: number; readonly also?: number }
  | { readonly kind: 'match' };

/** What one character of a text can cost at worst grows with this. */
const longest = 500;
/** Repetitions of nothing take no instructions but time. */
const mostSteps = 5000;

/** Thompson's construction. @throws ExpressionError for one that is too large */
export function programOf(expression: Expression): readonly Instruction[] {
  const writer = new ProgramWriter();
  writer.write(expression);
  writer.push({ kind: 'match' });
  return writer.program;
}

class ProgramWriter {
  readonly program: Instruction[] = [];
  #steps = 0;

  push(instruction: Instruction): void {
    if (this.program.length >= longest) throw tooLarge();
    this.program.push(instruction);
  }

  write(expression: Expression): void {
    this.#steps += 1;
    if (this.#steps > mostSteps) throw tooLarge();
    switch (expression.kind) {
      case 'set':
      case 'assertion':
        this.push(expression);
        return;
      case 'sequence':
        for (const part of expression.parts) this.write(part);
        return;
      case 'choice':
        this.#choice(expression.parts);
        return;
      case 'repeat':
        this.#repeat(expression.part, expression.least, expression.most);
    }
  }

  #choice(parts: readonly Expression[]): void {
    const ends: number[] = [];
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      const fork = isLast ? undefined : this.#fork();
      this.write(part);
      if (fork === undefined) continue;
      ends.push(this.#fork(false));
      this.#target(fork);
    }
    for (const end of ends) this.#target(end);
  }

  #repeat(part: Expression, least: number, most: number): void {
    for (let count = 0; count < least; count += 1) this.write(part);
    if (most === Infinity) {
      const loop = this.#fork();
      this.write(part);
      this.push({ kind: 'jump', to: loop });
      this.#target(loop);
      return;
    }
    const exits: number[] = [];
    for (let count = least; count < most; count += 1) {
      exits.push(this.#fork());
      this.write(part);
    }
    for (const exit of exits) this.#target(exit);
  }

  /** A jump whose target is set later; one that `fork`s also goes on to the next instruction. */
  #fork(forks = true): number {
    const at = this.program.length;
    this.push(forks ? { kind: 'jump', to: at, also: at + 1 } : { kind: 'jump', to: at });
    return at;
  }

  #target(at: number): void {
    const instruction = this.program[at];
    if (instruction?.kind === 'jump') instruction.to = this.program.length;
  }
}

function tooLarge(): ExpressionError {
  return new ExpressionError('the expression is too large', 0);
}
