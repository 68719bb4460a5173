import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formsOf } from './forms.ts';

const KEY = 'sk/live+"q"&<é>0123'.replace('é', 'e');
const says = (text: string): boolean => formsOf(KEY).some((form) => Buffer.from(text).includes(form));

describe('a key is known', () => {
  it.each([
    ['as it is', KEY],
    ['in hexadecimal digits', Buffer.from(KEY).toString('hex')],
    ['in those of the other case', Buffer.from(KEY).toString('hex').toUpperCase()],
    ['percent-encoded', encodeURIComponent(KEY)],
    ['percent-encoded in lower case', encodeURIComponent(KEY).replaceAll(/%../g, (hex) => hex.toLowerCase())],
    ['in a form', new URLSearchParams({ key: KEY }).toString()],
    ['in JSON', JSON.stringify({ key: KEY })],
    ['in JSON of PHP, which escapes slashes', JSON.stringify({ key: KEY }).replaceAll('/', String.raw`\/`)],
    ['in JSON in a text of JSON', JSON.stringify({ text: JSON.stringify({ key: KEY }) })],
    [
      'in a page',
      `<b>${KEY.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')}</b>`,
    ],
  ])('%s', (_how, text) => {
    expect(says(text)).toBe(true);
  });

  it('in base64 of either alphabet, wherever it begins', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), (before, after) => {
        const bytes = Buffer.from(`${before}${KEY}${after}`);
        expect(says(bytes.toString('base64'))).toBe(true);
        expect(says(bytes.toString('base64url'))).toBe(true);
      }),
    );
  });

  it('by the password that is in it, where it is user and password for Basic', () => {
    const basic = Buffer.from('svc:correct horse battery').toString('base64');
    expect(formsOf(basic).map(String)).toContain('correct horse battery');
  });
});

it('no form is shorter than three quarters of the key, so that none stands somewhere by chance', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[!-~]{8,40}$/), (key) => {
      for (const form of formsOf(key)) expect(form.length).toBeGreaterThanOrEqual(8);
    }),
  );
});
