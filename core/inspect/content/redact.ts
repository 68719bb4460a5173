/** Puts placeholders in the place of what was found, and leaves every other byte of the message as it is. */
import type { Edit } from '../../mcp/json-view.ts';
import { LeafBytes, bytesOf } from '../../mcp/text-leaves.ts';
import type { Hit } from './screen.ts';

/** How many of a kind were taken out. */
export type Redacted = ReadonlyMap<string, number>;

export interface Redaction {
  /** In the order of the message, none over another. */
  readonly edits: readonly Edit[];
  readonly redacted: Redacted;
}

/** The same value gets the same placeholder: `[redacted: creditCard-1]`. */
export function redact(bytes: Buffer, hits: readonly Hit[]): Redaction {
  const names = new Names();
  const redacted = new Map<string, number>();
  const edits: Edit[] = [];
  const places = new LeafBytes(bytes);
  for (const hit of hits.toSorted(byPlace)) {
    const { leaf, span, rest } = hit;
    edits.push({ span: places.of(leaf, span.start, span.end), text: textFor(hit, names) });
    for (const part of rest) edits.push({ span: bytesOf(bytes, part.leaf, part.span.start, part.span.end), text: '' });
    redacted.set(hit.kind, (redacted.get(hit.kind) ?? 0) + 1);
  }
  return { edits: withoutOverlaps(edits), redacted };
}

function byPlace(a: Hit, b: Hit): number {
  return a.leaf.span.start - b.leaf.span.start || a.span.start - b.span.start;
}

function textFor(hit: Hit, names: Names): string {
  // Without it the name of a member would be another one, `tools` say, that nobody has decided on.
  if (hit.isBlank && hit.leaf.kind !== 'key') return '';
  const placeholder = names.of(hit);
  if (hit.leaf.kind === 'number') return `"${placeholder}"`;
  if (hit.bareIn === 0) return placeholder;
  let text = `"${placeholder}"`;
  for (let i = 0; i < hit.bareIn; i++) text = JSON.stringify(text).slice(1, -1);
  return text;
}

class Names {
  readonly #byKind = new Map<string, Map<string, string>>();

  of({ kind, value }: Hit): string {
    let known = this.#byKind.get(kind);
    if (known === undefined) this.#byKind.set(kind, (known = new Map<string, string>()));
    let name = known.get(value);
    if (name === undefined) known.set(value, (name = `[redacted: ${kind}-${known.size + 1}]`));
    return name;
  }
}

/** Of two over the same bytes one placeholder stands for both. */
function withoutOverlaps(edits: readonly Edit[]): Edit[] {
  const kept: Edit[] = [];
  for (const edit of edits.toSorted((a, b) => a.span.start - b.span.start || b.span.end - a.span.end)) {
    const last = kept.at(-1);
    if (last === undefined || edit.span.start >= last.span.end) kept.push(edit);
    else if (edit.span.end > last.span.end)
      kept[kept.length - 1] = {
        text: last.text === '' ? edit.text : last.text,
        span: { start: last.span.start, end: edit.span.end },
      };
  }
  return kept;
}
