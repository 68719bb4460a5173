/** The texts in the arguments of a call, each with the name that says what it is. */
import { escapePart } from '../../json-pointer.ts';

/** Deeper ones, which strict JSON does not let in, would be no arguments. */
const MAX_DEPTH = 128;

export interface Text {
  /** JSON Pointer (RFC 6901) from the arguments. */
  readonly pointer: string;
  /** Of the nearest member of an object, since the items of a list are what the list is. */
  readonly name: string;
  readonly value: string;
}

/** Ends early once `visit` says false. */
export function visitTexts(args: unknown, visit: (text: Text) => boolean): void {
  visitIn(args, '', '', 0, visit);
}

function visitIn(
  value: unknown,
  pointer: string,
  name: string,
  depth: number,
  visit: (text: Text) => boolean,
): boolean {
  if (typeof value === 'string') return visit({ pointer, name, value });
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) {
    return value.every((item, index) => visitIn(item, `${pointer}/${index}`, name, depth + 1, visit));
  }
  return Object.entries(value).every(([key, member]) =>
    visitIn(member, `${pointer}/${escapePart(key)}`, key, depth + 1, visit),
  );
}
