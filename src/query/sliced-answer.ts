import type { Slices } from './slices.ts';

/**
 * One answer that may take more than one slice. Who asks gets it at once or not yet, and asks again when it is
 * announced; then, and only then, it is handed out, so that nobody ever gets an old one.
 */
export class SlicedAnswer<Answer> {
  readonly #slices: Slices;
  readonly #announce: (question: readonly unknown[], answer: Answer) => void;
  #question: readonly unknown[] = [];
  #answer: { readonly value: Answer } | undefined;
  #stop: (() => void) | undefined;

  /** @param announce called when an answer is there that was not there at once */
  constructor(slices: Slices, announce: (question: readonly unknown[], answer: Answer) => void) {
    this.#slices = slices;
    this.#announce = announce;
  }

  /**
   * @param question what makes it the same question; another one gives up the one before
   * @param work finds the answer
   */
  ask(question: readonly unknown[], work: () => Generator<void, Answer>): Answer | undefined {
    if (isSame(this.#question, question)) {
      if (this.#answer !== undefined) return this.#answer.value;
      if (this.#stop !== undefined) return undefined;
    }
    this.#stop?.();
    this.#stop = undefined;
    this.#question = question;
    let answer: { readonly value: Answer } | undefined;
    let isAtOnce = true;
    const keep = function* (): Generator<void, void> {
      answer = { value: yield* work() };
    };
    const stop = this.#slices.start(keep(), () => {
      if (!isAtOnce && answer !== undefined) this.#arrived(answer);
    });
    isAtOnce = false;
    if (answer === undefined) this.#stop = stop;
    return answer?.value;
  }

  #arrived(answer: { readonly value: Answer }): void {
    this.#stop = undefined;
    this.#answer = answer;
    this.#announce(this.#question, answer.value);
    this.#answer = undefined;
  }
}

function isSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((part, index) => part === right[index]);
}
