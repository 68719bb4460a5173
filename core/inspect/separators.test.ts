import { describe, expect, test } from 'vitest';
import { findSeparator, hasArguments, wordAt } from './separators.ts';

describe('a second command', () => {
  test.each([
    ';id',
    'a;id',
    'a ; cat /etc/passwd',
    "a';frobnicate",
    'a);frobnicate',
    'a;/opt/x',
    'a;$x',
    'a|"x"',
    '| anything',
    'anything |',
    'ping &',
    '& anything',
    'a && b',
    'a || b',
    'a ;| b',
    'x & time',
    '10.0.0.1 & time',
    'foo&sleep 5&',
    'x & notepad.exe',
    'docs | python -c',
    'a;x()',
  ])('%s', (text) => expect(findSeparator(text, false)?.reason).toBe('separator'));
});

describe('a list, a sentence, a firm, a type', () => {
  test.each([
    'a; b',
    'AT&T',
    '&str',
    'a|b',
    'Docs | Find a store',
    'tom & cat',
    'a;b=c',
    'end;',
    '^1 || ^2',
    '>=1 || 2.x',
    'x | y | z',
    'Plan & Review; next steps',
    'Basic|$5 a month',
  ])('%s', (text) => expect(findSeparator(text, false)).toBeUndefined());
});

describe('a redirection', () => {
  test.each(['a > /x', 'a >> x', 'a >out.txt', 'a <<EOF', 'a <<< b', '< /etc/passwd', '2>&1', 'a >& b', 'a > $x'])(
    '%s',
    (text) => expect(findSeparator(text, false)?.reason).toBe('redirection'),
  );
  test.each(['a -> b', 'a => b', '>=1.2', 'List<String>', 'Ada <ada@example.com>', 'a >> ', 'File > Save As', 'a < b'])(
    'none in %s',
    (text) => expect(findSeparator(text, false)).toBeUndefined(),
  );
});

test('in a text that is only how some program may read the value, commands alone count', () => {
  expect(findSeparator('a; frobnicate /x', true)).toBeUndefined();
  expect(findSeparator('a > /x', true)).toBeUndefined();
  expect(findSeparator('a\nid', true)).toEqual({ reason: 'separator', start: 1, end: 2 });
});

test.each([' -x', ' --long', ' /etc', ' C:\\x', ' http://x', ' "x', ' 5', ' 10.0.0.1', ' a.sh', ' word -x'])(
  '"cmd%s" has an argument',
  (rest) => expect(hasArguments(`cmd${rest}`, 3)).toBe(true),
);

test.each(['', ' word', ' two words', 's', ' 2 diabetes'])('"cmd%s" has none', (rest) =>
  expect(hasArguments(`cmd${rest}`, 3)).toBe(false),
);

test('a word is what stands behind blanks, quotes and brackets', () => {
  expect(wordAt('; ("/bin/id" x)', 1)).toEqual({ text: '/bin/id', start: 4, end: 11 });
  expect(wordAt('; ', 1)).toEqual({ text: '', start: 2, end: 2 });
});
