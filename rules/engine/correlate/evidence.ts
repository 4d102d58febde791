// The events of matches to come. Bounded: what is older is forgotten and counted when a match asks for it.

export class Evidence<E> {
  readonly #ring: (E | undefined)[];
  #next = 0;

  constructor(size: number) {
    this.#ring = Array.from({ length: size });
  }

  /** Returns the number by which the event can be asked for. */
  add(event: E): number {
    const seq = this.#next;
    this.#ring[seq % this.#ring.length] = event;
    this.#next += 1;
    return seq;
  }

  get(seq: number): E | undefined {
    return seq < this.#next - this.#ring.length ? undefined : this.#ring[seq % this.#ring.length];
  }
}
