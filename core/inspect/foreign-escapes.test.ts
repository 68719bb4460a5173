import { describe, expect, test } from 'vitest';
import { hasForeignEscape, hidesPath } from './foreign-escapes.ts';

describe('an escape of another language', () => {
  const escapes: Record<string, string> = {
    'of IIS': '%u002e%u002e/etc',
    'of IIS in capitals': '%U2215',
    'of UTF-7': '+AC4-+AC4-/etc',
    'of HTML by number': '&#46;&#46;/etc',
    'of HTML in hex': '&#x2f;etc',
    'of HTML by name': '..&sol;etc',
    'of JavaScript': '\\u002e\\u002e/etc',
    'of JavaScript with braces': '\\u{2e}./etc',
    'of C in hex': '\\x2e\\x2e/etc',
    'of C in octal': '\\056\\056/etc',
    'of a look-alike': '..\\u2215etc',
    'of a control character': 'a\\x00.png',
    'of a byte as a number, twice': '0x2e0x2e/etc',
    'of a byte as a number behind a dot': '.0x2e/etc',
  };
  for (const [name, text] of Object.entries(escapes)) {
    test(`is seen: ${name}`, () => expect(hasForeignEscape(text)).toBe(true));
  }

  const names: Record<string, string> = {
    'a Windows folder': 'lib\\x86_64\\a.so',
    'a user folder': 'C\\users\\u0041da',
    'an ampersand': 'R&D; and &copy;',
    'an address': '0x2f1a9c44e1 and 0x2f5e1a9c44',
    'one byte by its name': 'opcode-0x2e.txt',
    'a plus sign': 'a+AC.txt',
    'a code point that there is not': '\\u{ffffff}',
  };
  for (const [name, text] of Object.entries(names)) {
    test(`is not seen in ${name}`, () => expect(hasForeignEscape(text)).toBe(false));
  }
});

describe('a value that is a path once decoded', () => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const hex = (text: string): string => Buffer.from(text).toString('hex');
  const hidden: Record<string, string> = {
    'an absolute one in Base64': base64('/etc/passwd.txt'),
    'one that climbs in Base64': base64('../../etc/passwd'),
    'one that climbs further in': base64('reports/../../../x'),
    'a home folder': base64('~/.ssh/id_ed25519'),
    'a file URL': base64('file:///etc/passwd'),
    'a drive': base64('c:\\windows\\win.ini'),
    'in Base64 for URLs': Buffer.from('/etc/passwd?>?>').toString('base64url'),
    'in hex': hex('/etc/passwd'),
    'in hex in capitals': hex('../../etc').toUpperCase(),
  };
  for (const [name, text] of Object.entries(hidden)) {
    test(`is seen: ${name}`, () => expect(hidesPath(text)).toBe(true));
  }

  const others: Record<string, string> = {
    'Base64 of a relative path': base64('reports/2026/q1.csv'),
    'a digest': '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'Base64 of bytes that are no text': Buffer.from([0x2f, 1, 2, 3, 200, 9, 9, 9, 9, 9, 9, 9]).toString('base64'),
    'a long name': 'AbsolutelyOrdinaryFileName',
    'what is too short to be told from chance': base64('/etc/x'),
    'a path as it is': '/etc/passwd',
  };
  for (const [name, text] of Object.entries(others)) {
    test(`is not seen in ${name}`, () => expect(hidesPath(text)).toBe(false));
  }
});
