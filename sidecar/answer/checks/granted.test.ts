import { describe, expect, it } from 'vitest';
import { JsonView } from '../../../core/mcp/json-view.ts';
import type { Answer } from '../check.ts';
import { withEdits } from '../edits.ts';
import { tellOfGrant } from './granted.ts';

const grant = { id: 'a', uses: 3, maxUses: 10, tried: [] };
const approval = { name: 'month-end', expiresAt: Date.parse('2026-11-21T12:00:00Z'), state: 'Consumed', grant };
const meta = {
  'sallyport.dev/grant': { name: 'month-end', use: 3, uses: 10, left: 7, expiresAt: '2026-11-21T12:00:00.000Z' },
};
const note = {
  type: 'text',
  text: '[Sallyport: allowed by the standing grant month-end; 7 of 10 uses left, until 2026-11-21T12:00:00Z.]',
};

function told(result: string, course: object = { approval }, isOwn = true): unknown {
  const bytes = Buffer.from(result);
  const answer = { isOwn, result: JsonView.of(bytes), call: { course } } as unknown as Answer;
  const ruling = tellOfGrant(answer);
  return ruling !== undefined && 'edits' in ruling
    ? (JSON.parse(withEdits(bytes, ruling.edits).toString()) as unknown)
    : ruling;
}

describe('the answer to a call that a grant let through', () => {
  it.each([
    [
      'after what the server said',
      '{"content":[{"type":"text","text":"done"}]}',
      [{ type: 'text', text: 'done' }, note],
    ],
    ['where the server said nothing', '{"content":[ ]}', [note]],
  ])('tells the model of it, %s', (_where, result, content) => {
    expect(told(result)).toEqual({ content, [`_meta`]: meta });
  });

  it('keeps what else stands in _meta', () => {
    expect(told('{"_meta":{"a":1},"content":[]}')).toEqual({ _meta: { a: 1, ...meta }, content: [note] });
    expect(told('{"_meta":{},"content":[]}')).toEqual({ _meta: meta, content: [note] });
  });

  it('tells programs alone where there is no content, as of a task', () => {
    expect(told('{"task":{"taskId":"t"}}')).toEqual({ task: { taskId: 't' }, _meta: meta });
  });

  it('says nothing where there is no result, where a person was asked, and in the answer to another call', () => {
    expect(told('{"content":[]}', {})).toBeUndefined();
    expect(told('{"content":[]}', { approval: { ...approval, grant: undefined } })).toBeUndefined();
    expect(told('{"content":[]}', { approval }, false)).toBeUndefined();
    expect(told('{}')).toBeUndefined();
  });
});
