import { describe, expect, it } from 'vitest';
import { type Edit, splice } from '../../core/mcp/json-view.ts';
import { InputSchemas } from '../memory/input-schemas.ts';
import { fitOutput } from './fit-output.ts';

const listed = (outputSchema?: object): InputSchemas => {
  const schemas = new InputSchemas();
  schemas.listed('get', Buffer.from(JSON.stringify({ name: 'get', inputSchema: {}, outputSchema })));
  return schemas;
};

/** The result with `text` in the place of each 4111. */
function fitted(result: object, text: string, schemas: InputSchemas, tool: string | null = 'get'): unknown {
  const before = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result }, null, 1));
  const edits: Edit[] = [];
  for (let at = before.indexOf('4111'); at >= 0; at = before.indexOf('4111', at + 4))
    edits.push({ span: { start: at, end: at + 4 }, text });
  const { result: after } = JSON.parse(
    fitOutput(before, edits, splice(before, edits), tool ?? undefined, schemas).toString(),
  ) as {
    result: unknown;
  };
  return after;
}

const NUMBER = { properties: { card: { type: 'number' } } };
const text = (said: string) => ({ type: 'text', text: said });
const left = text(expect.stringMatching(/^The tool was executed\..*left out/) as string);

describe('what a placeholder has made of the structured part', () => {
  it('stays where it fits, and where the tool has no schema', () => {
    const result = { content: [text('4111')], structuredContent: { card: '4111' } };
    const redacted = { content: [text('[x]')], structuredContent: { card: '[x]' } };
    expect(fitted(result, '[x]', listed({ properties: { card: { type: 'string' } } }))).toEqual(redacted);
    expect(fitted(result, '[x]', listed())).toEqual(redacted);
  });

  it.each<[string, object, object]>([
    ['behind text', { content: [text('a')], structuredContent: { card: 4111 } }, { content: [text('a'), left] }],
    ['before text', { structuredContent: { card: 4111 }, content: [] }, { content: [left] }],
    [
      'between others',
      { content: [], structuredContent: { card: 4111 }, _meta: { a: 1 } },
      { content: [left], _meta: { a: 1 } },
    ],
    ['beside what says that all is well', { structuredContent: { card: 4111 }, isError: false }, { content: [left] }],
    ['alone', { structuredContent: { card: 4111 } }, { content: [left] }],
  ])('is left out where it does not fit, and the result says so: %s', (_, result, rest) => {
    expect(fitted(result, '"[x]"', listed(NUMBER))).toEqual({ ...rest, isError: true });
  });

  it('is left out where a client would enforce a format', () => {
    const schema = { properties: { card: { type: 'string', format: 'email' } } };
    const result = { content: [], structuredContent: { card: '4111' } };
    expect(fitted(result, '[redacted: email-1]', listed(schema))).toEqual({ content: [left], isError: true });
  });

  it('is left out where nobody can tell: by a schema that is none, or of a tool that was not listed where its type is another', () => {
    const result = { content: [], structuredContent: { card: '4111' } };
    const gone = { content: [left], isError: true };
    expect(fitted(result, '[x]', listed({ $ref: 'https://example.com' }))).toEqual(gone);
    expect(fitted(result, '[x]', new InputSchemas())).toEqual({ content: [], structuredContent: { card: '[x]' } });
    const number = { content: [], structuredContent: { card: 4111 } };
    expect(fitted(number, '"[x]"', new InputSchemas())).toEqual(gone);
    expect(fitted(number, '"[x]"', listed(), null)).toEqual(gone);
  });
});

it('what is redacted elsewhere says nothing of the structured part', () => {
  const result = { content: [text('4111')], structuredContent: { card: 'x' } };
  expect(fitted(result, '[x]', listed(NUMBER))).toEqual({ content: [text('[x]')], structuredContent: { card: 'x' } });
});
