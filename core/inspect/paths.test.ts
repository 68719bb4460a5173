import { posix } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspectPath, PATH_REASONS } from './paths.ts';

const ROOTS = ['/data'];

describe('plain values pass', () => {
  const values: Record<string, string> = {
    'a relative file': 'reports/2026/q1.csv',
    'an absolute file with blanks and an umlaut': '/data/a b/ü.txt',
    'the root itself': '/data',
    'the root with a slash': '/data/',
    'the empty path, which is the root': '',
    'a climb that stays inside': 'a/b/../c.txt',
    'an absolute climb that stays inside': '/data/a/../b',
    'a sibling reached through the parent of the root': '../data/x',
    'a hidden file that starts with two dots': '..hidden',
    'two dots inside a name': 'a..b',
    'several dots in a name': 'file-1.0.tar.gz',
    'a name of an abbreviation': 'Acme Inc./etc.',
    'a lone percent sign': '100%.txt',
    'a percent sign before letters': '50%off.txt',
    'a date format': 'logs/%Y-%m-%d.log',
    'one layer of percent encoding': 'my%20file%C3%BC.txt',
    'an encoded percent sign': '100%25.txt',
    emoji: '👩‍💻/❤️‍🔥 notes 🏳️‍🌈.md',
    'Chinese with a full-width colon': 'A：简介/第一章。.md',
    Japanese: 'ノート/報告書．txt',
    'an ideographic variant': '葛\u{e0100}城.txt',
    'Persian with a non-joiner': 'نامه‌ها/می‌خواهم.txt',
    'Sinhala with a joiner': 'ශ්‍රී.txt',
    'Arabic digits': '٠٠/٠١.txt',
    'Lithuanian letters whose low byte is a slash': 'įrašai/Į.txt',
    'a fraction and a price': '½ cup ¥100.txt',
    'a leading price': '¥100.txt',
    "Go's pattern": './...',
    "Go's pattern below a package": './cmd/...',
    'a glob': 'src/**/*.ts',
    'everything, as DOS spells it': 'src/*.*',
    'an Office lock file': '~$report.docx',
    'a backup with a tilde': '~backup.txt',
    'a Java inner class': 'Foo$Bar.class',
    'a route of a web framework': 'routes/$userId.tsx',
    'a word with a colon': 'notes: final.txt',
    'a time': 'logs/2026-01-01T10:00:00.log',
    'a file and a line': 'src/a.ts:12',
    'a semicolon in a name': 'a;b.txt',
    'a backslash inside': 'a\\b.txt',
    'a Windows folder that looks like an escape': 'lib\\x86_64\\a.so',
    'an address as a name': 'contracts/0x2f5e1a9c44.json',
    'a digest as a name': 'blobs/9f86d081884c7d659a2feaa0c55ad015',
    ampersands: 'R&D/AT&T.txt',
    'a Perl module': 'man3/File::Spec.3pm',
  };
  for (const [name, value] of Object.entries(values)) {
    test(name, () => expect(inspectPath(value, ROOTS)).toBeUndefined());
  }
});

describe('everything else is a finding', { tags: ['paths'] }, () => {
  const values: Record<string, readonly [string, string]> = {
    'a climb out': ['../etc/passwd', 'outside-roots'],
    'a climb out in the middle': ['a/../../x', 'outside-roots'],
    'an absolute path elsewhere': ['/etc/passwd', 'outside-roots'],
    'a neighbour that starts like the root (CVE-2025-53110)': ['/data_evil/x', 'outside-roots'],
    'a climb with backslashes': ['..\\..\\windows', 'outside-roots'],
    'a climb with escaped dots': ['.\\./.\\./x', 'outside-roots'],
    'an absolute path in quotes': ['"/etc/passwd"', 'outside-roots'],
    'an absolute path behind a blank': [' /etc/passwd', 'odd-segment'],
    'an encoded separator': ['..%2f..%2fetc', 'disguised-dots'],
    'encoded dots, even inside': ['a/%2e%2e/b', 'disguised-dots'],
    'full-width dots and slash': ['．．／etc', 'disguised-dots'],
    'a two-dot leader': ['‥/etc', 'disguised-dots'],
    'a division slash': ['..∕..∕etc', 'disguised-dots'],
    'a yen sign as separator': ['..¥..¥etc', 'disguised-dots'],
    'letters cut to bytes': ['ＮＮ/etc'.replaceAll('Ｎ', '\uff2e'), 'disguised-dots'],
    'an overlong dot': ['%c0%ae%c0%ae/x', 'malformed-encoding'],
    'a truncated sequence': ['a%e2%80', 'malformed-encoding'],
    'a legacy code page': ['caf%E9.txt', 'malformed-encoding'],
    'ruins of escapes': ['..%bg%qf..', 'malformed-encoding'],
    'escapes that make an escape': ['%%32%65', 'malformed-encoding'],
    'a cut-off escape as a separator': ['..%2', 'malformed-encoding'],
    'two layers': ['%252e%252e/x', 'nested-encoding'],
    'full-width percent signs': ['％2e％2e/x', 'foreign-encoding'],
    'an IIS escape': ['..%u2215x', 'foreign-encoding'],
    'hex literals': ['0x2e0x2e/x', 'foreign-encoding'],
    'a JavaScript escape': ['\\u002e\\u002e/x', 'foreign-encoding'],
    'a C escape': ['\\x2e\\x2e/x', 'foreign-encoding'],
    'an HTML entity': ['..&sol;x', 'foreign-encoding'],
    'UTF-7': ['+AC4-+AC4-+AC8-x', 'foreign-encoding'],
    'a climb in Base64': [Buffer.from('../../etc/shadow').toString('base64'), 'foreign-encoding'],
    'a climb in hex': [Buffer.from('../../etc/shadow').toString('hex'), 'foreign-encoding'],
    'a NUL': ['a\0.txt', 'hidden-character'],
    'an encoded NUL': ['a%00.txt', 'hidden-character'],
    'a newline': ['a\nb', 'hidden-character'],
    'a zero-width space': ['.\u200b./x', 'hidden-character'],
    'a joiner between Latin letters': ['a\u200db', 'hidden-character'],
    'a bidi override': ['a\u202etxt.exe', 'hidden-character'],
    'tag characters': ['a\u{e0041}', 'hidden-character'],
    'a lone surrogate': ['a\ud800', 'hidden-character'],
    'four dots': ['....//....//etc', 'odd-segment'],
    'three dots that go on': ['.../x', 'odd-segment'],
    'dots and a blank': ['.. /x', 'odd-segment'],
    'a path parameter': ['..;/x', 'odd-segment'],
    'dots as a pattern': ['.?/.?/etc', 'odd-segment'],
    'a command': ['cat /data/x', 'odd-segment'],
    'a file URL': ['file:///data/x', 'scheme'],
    'a file URL in full width': ['ｆｉｌｅ：／／etc', 'scheme'],
    'another scheme': ['php://filter/x', 'scheme'],
    'a drive': ['c:\\boot.ini', 'drive-or-share'],
    'a drive-relative path': ['c:dir', 'drive-or-share'],
    'a share': ['\\\\host\\share', 'drive-or-share'],
    'a device path': ['\\\\?\\C:\\x', 'drive-or-share'],
    'a stream': ['a.txt::$DATA', 'drive-or-share'],
    'a named stream': ['a.txt:hidden', 'drive-or-share'],
    home: ['~/.ssh/id_rsa', 'home-or-variable'],
    'the home of somebody': ['~root/x', 'home-or-variable'],
    'a variable': ['$HOME/x', 'home-or-variable'],
    'a variable in braces': ['a/${HOME}/x', 'home-or-variable'],
    'a variable of Windows': ['%USERPROFILE%\\x', 'home-or-variable'],
    'a substitution': ['$(id)', 'home-or-variable'],
    'a value longer than any path': ['a/'.repeat(3000), 'too-long'],
  };
  for (const [name, [value, reason]] of Object.entries(values)) {
    test(name, () => expect(inspectPath(value, ROOTS)?.reason).toBe(reason));
  }
});

test('a long path is fine up to PATH_MAX', () => {
  expect(inspectPath('a/'.repeat(2048), ROOTS)).toBeUndefined();
});

test('a relative value has to stay inside from every root', () => {
  expect(inspectPath('../b/x', ['/srv/a', '/srv/b'])).toBeUndefined();
  expect(inspectPath('../b/x', ['/srv/a', '/srv/b', '/other'])?.reason).toBe('outside-roots');
});

test('a root may be the whole file system, or end in a slash; without a root nothing is allowed', () => {
  expect(inspectPath('/etc/hosts', ['/'])).toBeUndefined();
  expect(inspectPath('/data/x', ['/data/'])).toBeUndefined();
  expect(inspectPath('x', [])?.reason).toBe('outside-roots');
});

test('the message names the roots and quotes at most 100 characters, none of them active', () => {
  const message = inspectPath(`/etc/\u001b[31m"${'x'.repeat(500)}`, ROOTS)?.message ?? '';
  expect(message).toContain('Use a plain path inside /data.');
  expect(message.length).toBeLessThan(300);
  expect(message).not.toContain('\u001b');
});

const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '/',
        '\\',
        '%',
        '%2e',
        '%2f',
        '%25',
        '%c0',
        '~',
        '$',
        ':',
        ';',
        ' ',
        '"',
        '．',
        '∕',
        '…',
        '\0',
        '\ud800',
      ),
      fc.constantFrom('data', 'srv', '/data', '/data/', 'a', 'x.txt', '¥', 'į', '\u200d', '0x2e', '&sol;'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

test('whatever is accepted resolves to a place inside a root', { tags: ['paths'] }, () => {
  const roots = ['/data', '/srv/data'];
  fc.assert(
    fc.property(nasty, (value) => {
      const found = inspectPath(value, roots);
      if (found !== undefined) return PATH_REASONS.includes(found.reason);
      return roots.every((base) => {
        const resolved = posix.resolve(base, value);
        return roots.some((root) => resolved === root || resolved.startsWith(`${root}/`));
      });
    }),
    { numRuns: 3000 },
  );
});

test('a path of plain segments below a root always passes', () => {
  const segment = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,14}(\.[a-z]{1,4})?$/);
  fc.assert(
    fc.property(fc.array(segment, { minLength: 2, maxLength: 12 }), fc.boolean(), (segments, absolute) => {
      expect(inspectPath((absolute ? '/data/' : '') + segments.join('/'), ROOTS)).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});

test('no input takes long: neither 64 KB nor a path of the greatest length', () => {
  const units = [
    '.',
    '?.',
    '%',
    '%2',
    '%41',
    '\\',
    '\\x',
    '`',
    '$',
    '${',
    ' ',
    '"',
    ':',
    '.a:',
    '.1:',
    '0x2',
    'A',
    '=',
    '٠',
    'ﷺ',
    '❤️‍',
    '..;',
    '&#',
    '[.',
    '½',
  ];
  for (const unit of units) {
    for (const length of [4096, 65_536]) {
      const value = `${unit.repeat(Math.ceil(length / unit.length)).slice(0, length - 1)}!`;
      const start = performance.now();
      inspectPath(value, ROOTS);
      expect(performance.now() - start, `${unit} × ${length}`).toBeLessThan(100);
    }
  }
});
