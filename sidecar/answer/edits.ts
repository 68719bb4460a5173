/** What checks change in an answer: spans of its original bytes with other text, all of which become one splice. */
import { skipBlanks } from '../../core/mcp/json-scan.ts';
import { type Edit, type JsonView, type Span, splice } from '../../core/mcp/json-view.ts';

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

const COMMA = 0x2c;
const QUOTE = 0x22;

/** From the name of a member to the end of its value; undefined where there is none. */
export function memberSpan(object: JsonView, key: string): Span | undefined {
  const span = object.span(key);
  if (span === undefined) return undefined;
  // In a name that was found there is no quote but those around it.
  const close = object.bytes.lastIndexOf(QUOTE, span.start - 1);
  return { start: object.bytes.lastIndexOf(QUOTE, close - 1), end: span.end };
}

/** Takes a member out of an object that has others, with the comma that belongs to it. */
export function removeMember({ bytes }: JsonView, { start, end }: Span): Edit {
  const next = skipBlanks(bytes, end, bytes.length);
  if (bytes[next] === COMMA) return { span: { start, end: next + 1 }, text: '' };
  return { span: { start: bytes.lastIndexOf(COMMA, start), end }, text: '' };
}
