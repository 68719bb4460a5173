import { expect, test } from 'vitest';
import { type PathSyntaxReason, pathSyntaxFinding } from './path-syntax.ts';

const found: Record<string, [text: string, reason: PathSyntaxReason]> = {
  'a drive': ['C:\\Windows', 'drive-or-share'],
  'the current folder of a drive': ['c:secret.txt', 'drive-or-share'],
  'a drive of an old file URL': ['C|/x', 'drive-or-share'],
  'a share': ['\\\\host\\share', 'drive-or-share'],
  'a share with mixed slashes': ['/\\host/share', 'drive-or-share'],
  'a drive behind blanks and quotes': [' "C:\\x"', 'drive-or-share'],
  'a stream of a file': ['a.txt:hidden', 'drive-or-share'],
  'an index of a folder': ['dir::$INDEX_ALLOCATION', 'drive-or-share'],
  'a scheme': ['http://169.254.169.254/', 'scheme'],
  'a scheme with a backslash': ['file:\\etc', 'scheme'],
  'a scheme without a slash': ['data:text/plain,x', 'scheme'],
  'a scheme in capitals': ['PHAR:x.phar', 'scheme'],
  'a scheme in angle brackets': ['<https://evil.example>', 'scheme'],
  'a home folder': ['~/.ssh/id_rsa', 'home-or-variable'],
  'the home folder of another user': ['~root/.bashrc', 'home-or-variable'],
  'the folder before': ['~-/x', 'home-or-variable'],
  'a home folder alone': ['~', 'home-or-variable'],
  'a command in a path': ['a/$(id)', 'home-or-variable'],
  'a command in backticks': ['a/`id`', 'home-or-variable'],
  'a variable': ['$HOME/x', 'home-or-variable'],
  'a variable of PowerShell': ['$env:USERPROFILE/x', 'home-or-variable'],
  'a variable of Windows': ['%APPDATA%\\x', 'home-or-variable'],
  'a segment of three dots': ['a/.../b', 'odd-segment'],
  'three dots at the end of a path that climbs': ['../...', 'odd-segment'],
  'dots and a blank': ['a/.. /b', 'odd-segment'],
  'a climb with a parameter': ['..;/manager', 'odd-segment'],
  'a climb with wildcards': ['.?/x', 'odd-segment'],
  'a climb in brackets': ['[.]./x', 'odd-segment'],
  'two wildcards alone': ['a/??/x', 'odd-segment'],
  'a blank at the end of a name': ['passwd /x', 'odd-segment'],
  'a no-break space at the end': ['passwd\u00a0', 'odd-segment'],
};
for (const [name, [text, reason]] of Object.entries(found)) {
  test(`${name} is more than a path`, () => expect(pathSyntaxFinding(text)).toBe(reason));
}

const plain: Record<string, string> = {
  'a path': '/data/reports/q1.csv',
  'a word with a colon': 'notes: final.txt',
  'a scheme that is a word': 'data: 2026.csv',
  'a file and a line': 'src/a.ts:12',
  'a file, a line and a column': 'src/a.ts:12:8',
  'a time': '10:00:00.log',
  'a lock file': '~$report.docx',
  'a backup': '~backup.txt',
  'a Java class': 'Foo$Bar.class',
  'a route': 'routes/$userId.tsx',
  'a variable that is only part of a name': 'a$HOME',
  'percent signs around hex digits': '%2e%41b%',
  'two percent signs': '10%-20%',
  'a pattern of Go': './...',
  'everything of DOS': 'src/*.*',
  'a glob': '**/*.ts',
  'a wildcard in a name': 'report-??.csv',
  'a blank inside of a name': 'my file',
  climbing: '../a/./b',
};
for (const [name, text] of Object.entries(plain)) {
  test(`${name} is a path`, () => expect(pathSyntaxFinding(text)).toBeUndefined());
}

test('no text takes long to be told', () => {
  const start = performance.now();
  for (const piece of ['.a:', '`', '$', '%A', 'a.a:', ' "', '/.', '~', '. ']) pathSyntaxFinding(piece.repeat(100_000));
  expect(performance.now() - start).toBeLessThan(3_000);
});
