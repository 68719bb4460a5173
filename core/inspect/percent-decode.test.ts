import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { percentDecode } from './percent-decode.ts';

const decoded: Record<string, [string, string]> = {
  'a blank': ['a%20b', 'a b'],
  'lower and upper case hex': ['%c3%BC', 'ü'],
  'several runs': ['a%2Fb%2fc', 'a/b/c'],
  'a character of four bytes': ['%F0%9F%98%80', '😀'],
  'a percent sign that begins nothing': ['100%25', '100%'],
  'a zero byte, which is for others to refuse': ['a%00', 'a\0'],
  'a byte order mark stays': ['%EF%BB%BFa', '\ufeffa'],
};
for (const [name, [text, result]] of Object.entries(decoded)) {
  test(`decodes ${name}`, () => expect(percentDecode(text)).toEqual({ kind: 'decoded', text: result }));
}

const plain: Record<string, string> = {
  'nothing to decode': 'a/b',
  'a sign at the end': '100%',
  'a sign and one digit': 'a%2',
  'a sign before a letter that is no digit': '50%off.txt',
  'a sign before a look-alike of a digit': '%２０',
};
for (const [name, text] of Object.entries(plain)) {
  test(`leaves ${name} alone`, () => expect(percentDecode(text)).toEqual({ kind: 'plain' }));
}

const malformed: Record<string, string> = {
  'an overlong slash': '%c0%af',
  'an overlong slash of three bytes': '%e0%80%af',
  'a character that is cut off': 'a%C3',
  'a character whose bytes are not one run': '%C3x%BC',
  'half of a surrogate pair': '%ED%A0%80',
  'a byte of Latin-1': 'caf%E9',
  'an escape beside the ruins of one': '%2e%qf',
  'the ruins of two': '%bg%qf',
  'an escape behind a lone sign': '%%32%65',
};
for (const [name, text] of Object.entries(malformed)) {
  test(`takes no side on ${name}`, () => expect(percentDecode(text)).toEqual({ kind: 'malformed' }));
}

const nested: Record<string, string> = {
  'a dot that is encoded twice': '%252e',
  'what is malformed once decoded': '%25c0%25af',
  'an escape that is put together by decoding': '%2525',
};
for (const [name, text] of Object.entries(nested)) {
  test(`sees the second layer of ${name}`, () => expect(percentDecode(text)).toEqual({ kind: 'nested' }));
}

test('what is called decoded is what the platform decodes it to, and nothing more is in it to decode', () => {
  const piece = fc.constantFrom('%', '2', 'e', 'f', '25', '%2e', '%C3%BC', 'a', '/', '%f0', 'ü');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const result = percentDecode(pieces.join(''));
      if (result.kind !== 'decoded') return;
      expect(result.text).not.toMatch(/%[0-9a-f]{2}/i);
      // A lone sign is the one thing that decodeURIComponent throws at.
      const strict = pieces.join('').replaceAll(/%(?![0-9a-f]{2})/gi, '%25');
      expect(result.text).toBe(decodeURIComponent(strict));
    }),
  );
});
