import { expect, it } from 'vitest';
import { withMember } from './task-forms.ts';

it('a member is set in text, and what is no object gets none', () => {
  expect([withMember('{}', 'a', '5.0'), withMember('{"b":1}', 'a', '5.0'), withMember('{"a":1}', 'a', '5.0')]).toEqual([
    ...['{"a":5.0}', '{"a":5.0,"b":1}', '{"a":5.0}'],
  ]);
  expect(withMember('[]', 'a', '1')).toBe('[]');
});
