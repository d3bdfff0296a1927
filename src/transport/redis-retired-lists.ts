/** A worker may answer after its list was deleted: each is deleted again with the ones that follow. */
const rememberedLists = 200;

/** Keys of reply lists whose requests are over. They outlive a session, which may end before it could delete them. */
export class RetiredLists {
  readonly #names = new Set<string>();

  get names(): readonly string[] {
    return [...this.#names];
  }

  add(name: string): void {
    this.#names.add(name);
    const [oldest] = this.#names;
    if (oldest !== undefined && this.#names.size > rememberedLists) this.#names.delete(oldest);
  }
}
