/** What was seen of all arguments of a tool, by where they stand: a JSON Pointer in which `*` stands for every entry of a list. */
import { escapePart } from '../../json-pointer.ts';
import type { Shape } from '../shape.ts';
import { ObservedValue } from './observed-value.ts';

/** As many as a rule may have checks of. */
const MOST = 64;
const MAX_DEPTH = 8;

export class ObservedArguments {
  readonly values = new Map<string, ObservedValue>();
  /** Calls that sent arguments or could have. */
  calls = 0;
  /** Some arguments could not be kept by name, or there were more than a rule can name. */
  isPartly = false;

  add(shape: Shape | undefined): void {
    this.calls++;
    if (shape?.is !== 'object') return;
    const seen = new Set<string>();
    this.#addMembers(shape, '', seen, 0);
    for (const pointer of seen) {
      const value = this.values.get(pointer);
      if (value !== undefined) value.calls++;
    }
  }

  #addMembers(
    shape: Extract<Shape, { readonly is: 'object' }>,
    pointer: string,
    seen: Set<string>,
    depth: number,
  ): void {
    if (shape.left !== undefined) this.isPartly = true;
    for (const [name, member] of Object.entries(shape.members))
      this.#add(member, `${pointer}/${escapePart(name)}`, seen, depth + 1);
  }

  #add(shape: Shape, pointer: string, seen: Set<string>, depth: number): void {
    // Null counts as not sent, here as to a rule.
    if (shape.is === 'value' && shape.value === null) return;
    let value = this.values.get(pointer);
    if (value === undefined) {
      if (this.values.size === MOST || depth > MAX_DEPTH) {
        this.isPartly = true;
        return;
      }
      this.values.set(pointer, (value = new ObservedValue()));
    }
    seen.add(pointer);
    value.add(shape);
    if (shape.is === 'array') for (const item of shape.items) this.#add(item, `${pointer}/*`, seen, depth + 1);
    if (shape.is === 'object') this.#addMembers(shape, pointer, seen, depth);
  }
}
