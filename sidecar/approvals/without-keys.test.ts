import { expect, it } from 'vitest';
import { readSecret } from '../../core/credentials/secret.ts';
import { withoutKeys } from './without-keys.ts';

const keyOf = (text: string) => {
  const key = readSecret('api', text);
  return 'forms' in key ? key : expect.fail('no key');
};
const KEYS = [keyOf('sk-live-4711-secret'), keyOf('1234567890')];

it.each([
  ['a text', { a: 'see sk-live-4711-secret, ä€' }, { a: `see ${'*'.repeat(19)}, ä€` }],
  [
    'base64',
    { a: [Buffer.from('sk-live-4711-secret').toString('base64')] },
    { a: [expect.stringMatching(/^\*{20,}/)] },
  ],
  ['a name', { 'sk-live-4711-secret': true }, { ['*'.repeat(19)]: true }],
  ['a number', { a: { b: 1_234_567_890, c: 1, d: null } }, { a: { b: '*', c: 1, d: null } }],
  ['nothing', { a: 'b', n: 2 }, { a: 'b', n: 2 }],
])('%s', (_what, preview, shown) => expect(withoutKeys(preview, KEYS)).toEqual(shown));

it('is the very object where there are no keys', () => {
  const preview = { a: 'sk-live-4711-secret' };
  expect(withoutKeys(preview, [])).toBe(preview);
});
