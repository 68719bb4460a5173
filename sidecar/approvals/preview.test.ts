import { describe, expect, it } from 'vitest';
import { previewOf } from './preview.ts';

describe('previewOf', () => {
  it('shows the arguments of a call', () => {
    expect(previewOf({ name: 't', arguments: { a: 1 }, _meta: { x: 1 } })).toEqual({ a: 1 });
  });

  it('keeps apart what is sent beside the arguments', () => {
    expect(previewOf({ name: 't', arguments: { a: 1 }, requestState: 's' })).toEqual({
      arguments: { a: 1 },
      requestState: 's',
    });
  });

  it('says what it leaves out', () => {
    const preview = previewOf({
      arguments: { text: 'x'.repeat(2500), list: Array.from({ length: 150 }, (_, i) => i) },
    });
    expect(preview['text']).toBe(`${'x'.repeat(2000)}… [500 more characters]`);
    expect((preview['list'] as unknown[]).at(-1)).toBe('[50 more items]');
  });
});
