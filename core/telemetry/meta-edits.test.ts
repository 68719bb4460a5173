import { describe, expect, it } from 'vitest';
import { JsonView, splice } from '../mcp/json-view.ts';
import { traceEdits } from './meta-edits.ts';

const TP = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

function edited(text: string, state?: string): string {
  const bytes = Buffer.from(text);
  const view = JsonView.of(bytes) ?? expect.fail('that is no object');
  return splice(bytes, traceEdits(view, TP, state)).toString();
}

describe('the trace context in _meta', () => {
  it.each([
    ['{"id":1,"method":"ping"}', `{"params":{"_meta":{"traceparent":"${TP}"}},"id":1,"method":"ping"}`],
    ['{"id":1,"params":{}}', `{"id":1,"params":{"_meta":{"traceparent":"${TP}"}}}`],
    ['{"params": { "name":"a"}}', `{"params": {"_meta":{"traceparent":"${TP}"}, "name":"a"}}`],
    ['{"params":{"_meta":{}}}', `{"params":{"_meta":{"traceparent":"${TP}"}}}`],
    ['{"params":{"_meta":{"a":1}}}', `{"params":{"_meta":{"traceparent":"${TP}","a":1}}}`],
    ['{"params":{"_meta":{"traceparent":"x","a":1}}}', `{"params":{"_meta":{"traceparent":"${TP}","a":1}}}`],
    [
      '{"params":{"_meta":{"tracestate":"x=y","traceparent":"x"}}}',
      `{"params":{"_meta":{"tracestate":"","traceparent":"${TP}"}}}`,
    ],
  ])('of %s', (before, after) => {
    expect(edited(before)).toBe(after);
  });

  it('carries what vendors say', () => {
    const said = JSON.parse(edited('{"params":{"_meta":{"traceparent":"x","a":1}}}', 'v="1"')) as object;
    expect(said).toEqual({ params: { _meta: { a: 1, traceparent: TP, tracestate: 'v="1"' } } });
    expect(JSON.parse(edited('{"params":{}}', 'v=1'))).toEqual({
      params: { _meta: { traceparent: TP, tracestate: 'v=1' } },
    });
  });

  it.each(['{"params":[]}', '{"params":{"_meta":7}}', '{"params":{"_meta":null}}'])('leaves %s alone', (text) => {
    expect(edited(text)).toBe(text);
  });
});
