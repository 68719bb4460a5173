import { describe, expect, it } from 'vitest';
import { parseLossless } from './lossless-json.ts';

describe('parseLossless', () => {
  it.each([
    '{"maximum":9223372036854775807}',
    '{"a":[1,2.5,-0.1],"b":"9223372036854775807"}',
    '{"a":0.1000000000000000055511151231257827}',
    '{"a":1e2,"b":1E400}',
    '{"a":null,"b":true}',
  ])('writes %s as it was read', (text) => {
    expect(JSON.stringify(parseLossless(text))).toBe(text);
  });

  it('throws on what is not JSON', () => {
    expect(() => parseLossless('{')).toThrow(SyntaxError);
  });
});
