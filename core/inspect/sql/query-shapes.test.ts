import { expect, test } from 'vitest';
import { queryShape } from './query-shapes.ts';

const found: Record<string, [text: string, reason: string]> = {
  'an operator as JSON': ['{"$gt": ""}', 'query-operator'],
  'an operator without quotes': ["{$ne:''}", 'query-operator'],
  'an operator of a form': ['name[$ne]=x', 'query-operator'],
  'a tautology of JavaScript': ["' || '1'=='1", 'query-operator'],
  'code for $where': ["'; return true; var a='", 'query-operator'],
  'a field of the document': ["' && this.secret.match(/a/)", 'query-operator'],
  'a filter that is closed and opened': ['*)(uid=*', 'directory-filter'],
  'a filter that is negated': ['admin)(!(a=b', 'directory-filter'],
  'a filter cut off': ['*))%00', 'directory-filter'],
  'a union of paths': ["'] | //user[", 'xpath'],
  'a predicate': ["x' or //user[1]", 'xpath'],
  'a function over nodes': ["' or count(//user)=1", 'xpath'],
};
for (const [name, [text, reason]] of Object.entries(found)) {
  test(`${name} is seen`, () => expect(queryShape(text)).toBe(reason));
}

const others: Record<string, string> = {
  'a price': '$100 or [$200]',
  'a schema': '{"$schema": "http://json-schema.org/draft-07/schema#"}',
  'a reference': '{"$ref": "#/a"}',
  'a pair of parentheses': '(a) (b)',
  'a pointer': '(char*) x',
  'a regular expression': '(a|b)(c|d)',
  'a condition of JavaScript': "a === ' ' || b === 'x'",
  'a URL': 'https://example.com/a[1]',
  'a call': 'count(x)',
};
for (const [name, text] of Object.entries(others)) {
  test(`${name} is not`, () => expect(queryShape(text)).toBeUndefined());
}

test('no text takes long', () => {
  const start = performance.now();
  for (const piece of ['{ ', '*)', ')(a', '//a', "' ||", 'count( ', 'this.a', 'db.a.', '$', '] | ']) {
    queryShape(piece.repeat(20_000));
  }
  expect(performance.now() - start).toBeLessThan(2_000);
});
