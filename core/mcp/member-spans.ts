/** Where the members of a message stand, and those of its params, result or error: found in the one pass over its text (json-outline.ts). */
import { MAX_JSON_MEMBERS } from './json-size.ts';
import { JsonView, SeenKeys, keyOf } from './json-view.ts';
import type { Pieces } from './pieces.ts';

/** Of one object. */
interface ObjectSpans {
  /** Index of its opening brace. */
  readonly start: number;
  /** Four for each member: the quotes around its key, where its value begins, and the index behind it. */
  readonly marks: number[];
}

const MARKS = 4;
/** One member too many says that there are. */
const MAX_MARKS = (MAX_JSON_MEMBERS + 1) * MARKS;
/** A message has one member that is an object; those of others are found when somebody asks. */
const MAX_INNER = 4;

export class MemberSpans {
  #outer: ObjectSpans | undefined = undefined;
  #inner: ObjectSpans | undefined = undefined;
  readonly #inners: ObjectSpans[] = [];

  /** An object opens, of that depth: the outermost has 1. */
  open(depth: number, start: number): void {
    if (depth === 1) this.#outer = { start, marks: [] };
    else if (depth === 2 && this.#outer !== undefined) {
      this.#inner = this.#inners.length < MAX_INNER ? { start, marks: [] } : undefined;
      if (this.#inner !== undefined) this.#inners.push(this.#inner);
    }
  }

  /** The next of the four marks of a member of the object of that depth which was opened last. */
  mark(depth: number, at: number): void {
    const marks = depth === 1 ? this.#outer?.marks : depth === 2 ? this.#inner?.marks : undefined;
    if (marks !== undefined && marks.length < MAX_MARKS) marks.push(at);
  }

  /** The message as an object; undefined when it is none, has one member twice, or has very many. */
  view(text: Pieces): JsonView | undefined {
    return this.#outer === undefined ? undefined : viewOf(text, this.#outer, this.#inners);
  }
}

function viewOf(text: Pieces, { start, marks }: ObjectSpans, inners: readonly ObjectSpans[]): JsonView | undefined {
  if (marks.length > MARKS * MAX_JSON_MEMBERS) return undefined;
  const keys: string[] = [];
  const places: number[] = [];
  const inner: (JsonView | undefined)[] = [];
  const seen = new SeenKeys();
  for (let i = 0; i < marks.length; i += MARKS) {
    const key = keyIn(text, marks[i] as number, marks[i + 1] as number);
    // Parsers disagree on which of two counts.
    if (key === undefined || !seen.add(key, keys)) return undefined;
    const at = marks[i + 2] as number;
    keys.push(key);
    places.push(at, marks[i + 3] as number);
    const spans = inners.find((one) => one.start === at);
    inner.push(spans && viewOf(text, spans, NONE));
  }
  return JsonView.scanned(text.plain, start, { keys, places, inner });
}

function keyIn(text: Pieces, open: number, close: number): string | undefined {
  const { plain } = text;
  if (plain instanceof Buffer) return keyOf(plain, open, close);
  const bytes = text.slice(open, close + 1);
  return keyOf(bytes, 0, bytes.length - 1);
}

const NONE: readonly ObjectSpans[] = [];
