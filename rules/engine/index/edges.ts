// Literals at the start or the end of a value: read only as far as one of them goes.

interface EdgeNode {
  readonly children: Map<number, EdgeNode>;
  /** Groups of the literal that ends here. */
  readonly groups: number[];
}

export class EdgeIndex {
  readonly #start: (EdgeNode | undefined)[] = [];
  readonly #end: (EdgeNode | undefined)[] = [];

  add(slot: number, text: string, anchor: 'start' | 'end', group: number): void {
    const side = anchor === 'start' ? this.#start : this.#end;
    const root: EdgeNode = side[slot] ?? { children: new Map(), groups: [] };
    side[slot] = root;
    let node = root;
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(anchor === 'start' ? i : text.length - 1 - i);
      let child = node.children.get(unit);
      if (!child) node.children.set(unit, (child = { children: new Map(), groups: [] }));
      node = child;
    }
    if (!node.groups.includes(group)) node.groups.push(group);
  }

  /** Adds the groups of every literal that the text starts or ends with. */
  collect(slot: number, text: string, found: number[]): void {
    let node = this.#start[slot];
    for (let i = 0; node && i < text.length; i += 1) {
      node = node.children.get(text.charCodeAt(i));
      if (node && node.groups.length > 0) found.push(...node.groups);
    }
    node = this.#end[slot];
    for (let i = text.length - 1; node && i >= 0; i -= 1) {
      node = node.children.get(text.charCodeAt(i));
      if (node && node.groups.length > 0) found.push(...node.groups);
    }
  }
}
