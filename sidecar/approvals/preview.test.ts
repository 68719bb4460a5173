import { describe, expect, it } from 'vitest';
import { previewOf } from './preview.ts';

describe('previewOf', () => {
  it('shows the arguments of a call', () => {
    expect(previewOf({ name: 't', arguments: { a: 1 }, _meta: { x: 1 } }, 't')).toEqual({ a: 1 });
  });

  it('keeps apart what is sent beside the arguments', () => {
    expect(previewOf({ name: 't', arguments: { a: 1 }, requestState: 's' }, 't')).toEqual({
      arguments: { a: 1 },
      requestState: 's',
    });
  });

  it('shows a name or URI that is not the one shown beside it', () => {
    expect(previewOf({ name: 't', uri: 'file:///etc/passwd' }, 't')).toEqual({
      arguments: {},
      uri: 'file:///etc/passwd',
    });
  });

  it('stays small, whatever the call is made of', () => {
    const item = { text: 'x'.repeat(2000), deep: { ['k'.repeat(3000)]: 1 } };
    const rows = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => item));
    const preview = JSON.stringify(previewOf({ arguments: { rows } }, 't'));
    expect(preview.length).toBeLessThan(100_000);
    expect(preview).toContain('[too much to show]');
  });

  it('says what it leaves out', () => {
    const preview = previewOf(
      { arguments: { text: 'x'.repeat(2500), list: Array.from({ length: 150 }, (_, i) => i) } },
      't',
    );
    expect(preview['text']).toBe(`${'x'.repeat(2000)}… [500 more characters]`);
    expect((preview['list'] as unknown[]).at(-1)).toBe('[50 more items]');
  });
});
