/**
 * Many glob patterns matched at once: a trie of their characters run as a nondeterministic automaton, so that a lookup costs
 * what the text is long and never backtracks, however many patterns there are.
 */
export type GlobSyntax = 'name' | 'uri';

/** What a star node may stay on: any character, or any but `/`. */
const NO_LOOP = 0;
const ANY = 1;
const WITHIN_SEGMENT = 2;
type Loop = typeof NO_LOOP | typeof ANY | typeof WITHIN_SEGMENT;

/** What bounds the work of a match. */
export interface GlobMeter {
  readonly left: number;
  spend(work: number): boolean;
}

/** Nodes that are gone through in the time of one unit of work. */
const STEPS_PER_UNIT = 2;
/** Measured: so many nodes at once stay close to the processor; of more, each takes several times as long. */
const FEW = 16;
const DEAR = 8;

const SLASH = 0x2f;
const STAR = '*';

class Node<T> {
  readonly loop: Loop;
  readonly next = new Map<number, Node<T>>();
  star: Node<T> | undefined = undefined;
  segmentStar: Node<T> | undefined = undefined;
  readonly values: T[] = [];
  /** Number of the step that made this node active last; saves a set per step. */
  mark = 0;

  constructor(loop: Loop) {
    this.loop = loop;
  }
}

export class GlobSet<T> {
  readonly #syntax: GlobSyntax;
  readonly #root = new Node<T>(NO_LOOP);
  #step = 0;

  /** In `name` syntax `*` stands for any characters; in `uri` syntax for any but `/`, and `**` for any. */
  constructor(syntax: GlobSyntax) {
    this.#syntax = syntax;
  }

  add(pattern: string, value: T): void {
    let node = this.#root;
    for (let i = 0; i < pattern.length; i++) {
      if (pattern[i] !== STAR) {
        node = childOf(node, pattern.charCodeAt(i));
        continue;
      }
      let stars = 1;
      while (pattern[i + 1] === STAR) {
        i++;
        stars++;
      }
      node = this.#syntax === 'uri' && stars === 1 ? segmentStarOf(node) : starOf(node);
    }
    node.values.push(value);
  }

  /** The values of all patterns that match the whole text, in no particular order; a value may come once per pattern. */
  match(text: string): T[] {
    return this.groups(text, undefined).flat();
  }

  /**
   * The same, by where the patterns end: one list for all patterns that are the same, and always the same object. What stars cost
   * depends on patterns and text together, so it is bounded by `meter`; once that is exhausted the answer means nothing.
   */
  groups(text: string, meter: GlobMeter | undefined): readonly (readonly T[])[] {
    let active: Node<T>[] = [];
    this.#activate(this.#root, active, ++this.#step);
    const most = meter === undefined ? Infinity : meter.left * STEPS_PER_UNIT;
    let steps = 0;
    for (let i = 0; i < text.length && active.length > 0 && steps <= most; i++) {
      const code = text.charCodeAt(i);
      const following: Node<T>[] = [];
      const step = ++this.#step;
      for (const node of active) {
        if (node.loop === ANY || (node.loop === WITHIN_SEGMENT && code !== SLASH))
          this.#activate(node, following, step);
        const child = node.next.get(code);
        if (child !== undefined) this.#activate(child, following, step);
      }
      steps += active.length <= FEW ? active.length : active.length * DEAR;
      active = following;
    }
    if (meter?.spend(Math.ceil(steps / STEPS_PER_UNIT)) === false) return [];
    const groups: (readonly T[])[] = [];
    for (const node of active) if (node.values.length > 0) groups.push(node.values);
    return groups;
  }

  /** A star also stands for nothing, so its node is active together with the one before it. */
  #activate(node: Node<T>, active: Node<T>[], step: number): void {
    if (node.mark === step) return;
    node.mark = step;
    active.push(node);
    if (node.star !== undefined) this.#activate(node.star, active, step);
    if (node.segmentStar !== undefined) this.#activate(node.segmentStar, active, step);
  }
}

function childOf<T>(node: Node<T>, code: number): Node<T> {
  let child = node.next.get(code);
  if (child === undefined) {
    child = new Node<T>(NO_LOOP);
    node.next.set(code, child);
  }
  return child;
}

function starOf<T>(node: Node<T>): Node<T> {
  return (node.star ??= new Node<T>(ANY));
}

function segmentStarOf<T>(node: Node<T>): Node<T> {
  return (node.segmentStar ??= new Node<T>(WITHIN_SEGMENT));
}
