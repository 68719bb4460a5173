/** What checks change in an answer: spans of its original bytes with other text, all of which become one splice. */
import { type Edit, type JsonView, splice } from '../../core/mcp/json-view.ts';

/** The text with all edits made. Throws when two of them are about the same bytes: neither check has seen what the other made of it. */
export function withEdits(bytes: Buffer, edits: readonly Edit[]): Buffer {
  const inOrder = edits.toSorted((a, b) => a.span.start - b.span.start);
  let end = 0;
  for (const { span } of inOrder) {
    if (span.start < end) throw new Error('two checks change the same part of an answer');
    end = span.end;
  }
  return splice(bytes, inOrder);
}

/** Sets a member of an object: in its place where there is one, else in front of the others. The object has to have some. */
export function setMember(object: JsonView, key: string, value: unknown): Edit {
  const span = object.span(key);
  const text = JSON.stringify(value);
  if (span !== undefined) return { span, text };
  const at = object.start + 1;
  return { span: { start: at, end: at }, text: `${JSON.stringify(key)}:${text},` };
}
