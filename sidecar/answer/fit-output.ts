/**
 * Clients hold `structuredContent` against the `outputSchema` of its tool and fail on what does not fit, with the call (MCP 2025-06-18,
 * Tools, Structured Content). A placeholder may not: a number became a string, an address one that is none. Then the structured part is left
 * out, and the result says so as an error, which is what clients take without one; what else it holds stays.
 */
import { violationsOf } from '../../core/inspect/input-schema/evaluate.ts';
import { parseStrictJson } from '../../core/mcp/json.ts';
import { type Edit, JsonView } from '../../core/mcp/json-view.ts';
import { skipBlanks } from '../../core/mcp/json-scan.ts';
import { MAX_WORK, Meter } from '../../core/policy/inspection.ts';
import type { InputSchemas } from '../memory/input-schemas.ts';
import { memberSpan, removeMember, setMember, withEdits } from './edits.ts';

const STRUCTURED = 'structuredContent';

/** `before` and `edits`: what became `after`. `tool`: undefined where nobody knows whose result it is. */
export function fitOutput(
  before: Buffer,
  edits: readonly Edit[],
  after: Buffer,
  tool: string | undefined,
  schemas: InputSchemas,
): Buffer {
  const span = JsonView.of(before)?.view('result')?.span(STRUCTURED);
  const changed =
    span === undefined ? [] : edits.filter((edit) => edit.span.start >= span.start && edit.span.end <= span.end);
  if (changed.length === 0) return after;
  const result = JsonView.of(after)?.view('result');
  if (result === undefined || fits(result, changed, tool, schemas)) return after;
  return withEdits(after, editsWithout(result));
}

function fits(result: JsonView, changed: readonly Edit[], tool: string | undefined, schemas: InputSchemas): boolean {
  const schema = tool === undefined ? 'unlisted' : schemas.outputOf(tool);
  if (schema === undefined) return true;
  // Whoever has listed the tool elsewhere may hold it against anything; that of another type fits the least.
  if (schema === 'unlisted') return !changed.some(({ text }) => text.startsWith('"'));
  // Clients make nothing of such a schema either, or something else than we do.
  if (schema.schema === undefined) return false;
  const span = result.span(STRUCTURED);
  const json = span === undefined ? undefined : parseStrictJson(result.bytes.subarray(span.start, span.end));
  if (json?.ok !== true) return false;
  const meter = new Meter(MAX_WORK, () => false);
  return violationsOf(schema.schema, json.value, (work) => meter.spend(work))?.length === 0;
}

const SAID = {
  type: 'text',
  text: 'The tool was executed. The structured part of its result is left out: what policy has redacted in it does not fit the schema of the tool. Do not retry.',
};

function editsWithout(result: JsonView): Edit[] {
  const member = memberSpan(result, STRUCTURED);
  if (member === undefined) return [];
  if (result.keys.length === 1) return [{ span: member, text: `"content":[${JSON.stringify(SAID)}],"isError":true` }];
  return [setMember(result, 'isError', true), addBlock(result), removeMember(result, member)];
}

function addBlock(result: JsonView): Edit {
  const { bytes } = result;
  const span = result.span('content');
  if (span === undefined || bytes[span.start] !== OPEN_BRACKET) return setMember(result, 'content', [SAID]);
  const at = span.end - 1;
  const isEmpty = skipBlanks(bytes, span.start + 1, span.end) === at;
  return { span: { start: at, end: at }, text: `${isEmpty ? '' : ','}${JSON.stringify(SAID)}` };
}

const OPEN_BRACKET = 0x5b;
