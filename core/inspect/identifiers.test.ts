import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IDENTIFIER_REASONS, inspectIdentifier, readIdentifier } from './identifiers.ts';

describe('names of real life pass', () => {
  const values: Record<string, readonly string[]> = {
    'branches and refs': [
      'feature/foo-bar',
      'HEAD~1',
      'HEAD^^',
      'main..dev',
      'stash@{0}',
      "user/john's-branch",
      'fix/#123-crash',
      'chore(deps)!',
    ],
    versions: ['v1.2.3-rc.1+build', '^1.2 || ^2', '>=1.2.3 <2.0.0', '@types/node@^20.1.0'],
    images: [
      'ghcr.io/foo/bar:1.2@sha256:9f86d081884c7d659a2feaa0c55ad015',
      'traefik/whoami',
      'curlimages/curl',
      'bash:5.2',
    ],
    'classes and symbols': [
      'Outer$Inner',
      'com.example.Foo$1',
      '\\App\\Models\\User',
      'operator<<',
      'std::vector<int>',
      '__init__',
      'exec()',
    ],
    'types and routes': [
      'Map<String, List<Integer>>',
      'Response<Object>',
      '/api/users/{id}',
      '/blog/[slug]',
      'a -> b',
      "'a' | 'b'",
    ],
    'people and firms': [
      "O'Brien",
      'AT&T',
      'Johnson & Johnson',
      'H&M',
      'S&P 500',
      'P!nk',
      'Ke$ha',
      'Yahoo!',
      '"Weird Al" Yankovic',
    ],
    'titles and messages': [
      'Fix: don’t crash when "x" is null (#123)',
      'Docs | Acme',
      'Python | Node | Go',
      'Find | Replace',
      "What's new? – Q&A & more!",
      'Fix login; add tests',
      'Add `foo` option to the bar command',
      'find my phone',
      'type 2 diabetes',
      'sort by date',
      'Cat & Dog',
    ],
    addresses: [
      'user@host',
      'Ada <ada@example.com>',
      'user@server/resource',
      'fe80::1%eth0',
      'git@github.com:foo/bar.git',
      'https://example.com/a?b=c&d=e',
    ],
    'ids of clouds': [
      'arn:aws:iam::123456789012:role/My+Role=x,@y',
      'arn:aws:s3:::bucket/*',
      '$LATEST',
      '$default',
      's3://bucket/key',
    ],
    'ids with a dash in front': ['-100123456789', '-OabcD3fGhIjKlMnOpQr', '-1', '-'],
    'sort orders and search': [
      '-created_at',
      '-createdAt,name',
      '-label:bug',
      'is:pr author:@me created:>=2024-01-01',
      'app in (a,b),tier!=x',
    ],
    'tables and cells': [
      'public.users',
      '[dbo].[Users]',
      "'My Sheet'!A1:C10",
      '=SUM(A1:A10)',
      '%john%',
      '*.{js,ts}',
      '{a, b}',
    ],
    'media types': ['text/html; charset=utf-8', 'multipart/form-data; boundary=x'],
    'lists and data': [
      'a@x.com;b@x.com',
      'id,name,email',
      '{"a":{"b":[1,2]}}',
      '$.store.book[*].author',
      '(foo|bar)',
      '*/5 * * * *',
    ],
    'scripts of the world': [
      '北京',
      '東京タワー（本館）',
      '说明；文档',
      'مرحبا',
      '👩‍💻 dev',
      'Müller & Söhne GmbH',
      'R＆D',
    ],
    'money and signs': ['US$ 5', '$AAPL', '100%', '50% off', '<5', '> 90%', '5 > 3', '#ff0000', '[WIP]', '~100'],
    'jobs of a build': [
      'npm run build',
      'build / test (ubuntu-latest, 20)',
      'go test ./...',
      'cargo build --release',
      'Add --verbose flag',
    ],
    'a newline at the end': ['main\n', 'main\r\n'],
    'one layer of encoding': ['my%20name', 'caf%C3%A9', 'AT&amp;T'],
  };
  for (const [name, list] of Object.entries(values)) {
    test.each(list)(`${name}: %s`, (value) => expect(inspectIdentifier(value)).toBeUndefined());
  }
});

describe('what is syntax to somebody is a finding', { tags: ['identifiers'] }, () => {
  const values: Record<string, readonly [string, string]> = {
    'a second command': ['main; id', 'separator'],
    'a command that is a word, with a path': ['x | cat /etc/passwd', 'separator'],
    'an unknown program behind a quote that was closed': ['"; frobnicate', 'separator'],
    'a command between pipes': ['/index.html|id|', 'separator'],
    'a command of Windows': ['x & dir C:\\', 'separator'],
    'a cmdlet': ['foo; Remove-Item -Recurse C:\\', 'separator'],
    'the output into a file': ['foo > /tmp/x', 'redirection'],
    'a substitution': ['feature/$(reboot)', 'substitution'],
    'an old substitution': ['feature/`reboot`', 'substitution'],
    'an old substitution among words': ['the name of `whoami` is it', 'substitution'],
    braces: ['{cat,/etc/passwd}', 'substitution'],
    'a function in the environment (CVE-2014-6271)': ['() { :;}; echo x', 'substitution'],
    'a field separator': ['cat$IFS/etc/passwd', 'variable'],
    'a variable of Windows': ['%COMSPEC%', 'variable'],
    'a piece of a variable of Windows': ['ping%CommonProgramFiles:~10,-18%127.0.0.1', 'variable'],
    'wildcards for a program': ['/???/??t', 'wildcard'],
    'an option': ['--output=/srv/x', 'option'],
    'an option with a look-alike of a dash': ['\u2010\u2010exec', 'option'],
    'an option behind a name': ['main --upload-pack=x', 'option'],
    'a template': ['{{7*7}}', 'template'],
    'an expression': ['${7*7}', 'template'],
    'a call': ["system('id')", 'code'],
    'Python internals': ["''.__class__.__mro__", 'code'],
    'a formula': ["=cmd|' /C calc'!A0", 'code'],
    'a server-side include': ['<!--#exec cmd="ls"-->', 'markup'],
    'a script': ['"><script>alert(1)</script>', 'markup'],
    'an operator of a document store': ['{"$gt":""}', 'query'],
    'an LDAP filter': ['*)(uid=*))(|(uid=*', 'query'],
    'a climb': ['../../x', 'climb'],
    'a file of the system to read a value from': ['@/etc/passwd', 'sensitive-file'],
    'a wrapper of streams': ['php://filter/x', 'sensitive-file'],
    'a file of the system': ['/etc/passwd', 'sensitive-file'],
    'a bare command': ['nc 10.0.0.1 4444', 'command'],
    'a bare command of Windows': ['type C:\\secret.txt', 'command'],
    'a history expansion': ['!ls', 'command'],
    'quotes inside of a command': ["w'h'oami", 'disguised-command'],
    'carets of cmd': ['who^ami', 'disguised-command'],
    'a line break': ['main\nid', 'line-break'],
    'a header': ['x\r\nSet-Cookie: a=b', 'line-break'],
    'a header in escapes of C': ['x\\r\\nSet-Cookie: a=b', 'line-break'],
    'an encoded line break': ['main%0aid', 'line-break'],
    'a NUL': ['main\0', 'hidden-character'],
    'a zero-width space': ['ma\u200bin', 'hidden-character'],
    'a bidi override': ['ma\u202ein', 'hidden-character'],
    'piled marks': [`a${'\u0301'.repeat(31)}`, 'piled-marks'],
    'an overlong separator': ['main%c0%bb', 'malformed-encoding'],
    'more layers than anybody needs': ['a%2525252520b', 'nested-encoding'],
    'more than a name': ['a b '.repeat(1100), 'too-long'],
  };
  for (const [name, [value, reason]] of Object.entries(values)) {
    test(name, () => expect(inspectIdentifier(value)?.reason).toBe(reason));
  }
});

test('the span is where it was found, the evidence what stands there', () => {
  expect(inspectIdentifier('main; id')).toEqual({
    detector: 'identifier',
    reason: 'separator',
    message: 'The name "main; id" goes on with a second command. Send the plain name or id alone.',
    span: { start: 4, end: 5 },
    evidence: '; id',
  });
  expect(inspectIdentifier('main%3bid')?.span).toEqual({ start: 0, end: 9 });
});

test('SQL is found where nothing else is', () => {
  expect(inspectIdentifier("x' or 'a'='a")).toMatchObject({ detector: 'sql-shapes', reason: 'condition' });
});

test('the message is harmless and short whatever the value', () => {
  const message = inspectIdentifier(`x;\u001b[31m"${'y '.repeat(500)}`)?.message ?? '';
  expect(message).not.toContain('\u001b');
  expect(message.length).toBeLessThan(300);
});

test('letters, digits and the punctuation of ids always pass', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,20}([./@:][A-Za-z0-9][A-Za-z0-9-]{0,10}){0,4}$/);
  fc.assert(
    fc.property(name, (value) => inspectIdentifier(value) === undefined),
    { numRuns: 2000 },
  );
});

test('no value throws, and each gets one answer', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (value) => {
      const found = inspectIdentifier(value);
      expect(inspectIdentifier(value)).toEqual(found);
      return found === undefined || IDENTIFIER_REASONS.some((reason) => reason === found.reason);
    }),
    { numRuns: 2000 },
  );
});

const UNITS = [
  '%25',
  '%',
  '\\n',
  '`a ',
  '$',
  '{a,',
  '; a',
  '& a',
  '<a ',
  '&#',
  '*)(',
  'a ',
  '/?',
  '/[a]',
  '../',
  ' --a',
  '；',
  'cat ',
  'x+/',
  '__',
  '$_',
  'id;',
  '"',
  'a=',
  '&lt;',
  '%3b',
];

test.each(UNITS)('the work grows with the length: %j', (unit) => {
  const workOf = (length: number): number => readIdentifier(`${unit.repeat(length).slice(0, length - 1)}!`).work;
  expect(workOf(4000)).toBeLessThanOrEqual(4.5 * workOf(1000));
  // Within what one request may spend.
  expect(workOf(4096)).toBeLessThan(512 * 1024);
});

test.each(UNITS)('1 MB of it takes no longer than to see that it is no name: %j', (unit) => {
  const { work } = readIdentifier(unit.repeat(1_048_576 / unit.length));
  expect(work).toBeLessThanOrEqual(1_048_576);
});
