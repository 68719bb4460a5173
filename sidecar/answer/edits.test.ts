import { describe, expect, it } from 'vitest';
import { JsonView } from '../../core/mcp/json-view.ts';
import { setMember, withEdits } from './edits.ts';

const bytes = Buffer.from('{"a": {"b": 1, "c": [2]}, "d": 3}');
const view = JsonView.of(bytes) ?? expect.fail();
const inner = view.view('a') ?? expect.fail();
const span = (object: JsonView, key: string) => object.span(key) ?? expect.fail();

describe('edits of an answer', () => {
  it('add up to one text, in whatever order they were made, and leave every other byte alone', () => {
    const edits = [
      { span: span(view, 'd'), text: '"x"' },
      setMember(inner, 'new', null),
      setMember(inner, 'b', 9),
      { span: span(inner, 'c'), text: '[]' },
      setMember(inner, 'other', true),
    ];
    expect(withEdits(bytes, edits).toString()).toBe('{"a": {"new":null,"other":true,"b": 9, "c": []}, "d": "x"}');
  });

  it('of the same bytes are not made', () => {
    const edits = [
      { span: span(view, 'a'), text: '{}' },
      { span: span(inner, 'b'), text: '2' },
    ];
    expect(() => withEdits(bytes, edits)).toThrow('two checks change the same part');
  });
});
