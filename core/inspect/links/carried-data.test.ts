import { describe, expect, it, test } from 'vitest';
import { type Carried, carriedData, hostOf } from './carried-data.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');

describe('an image carries', { tags: ['carried-data'] }, () => {
  const cases: Record<string, [url: string, carried: Carried]> = {
    'a place for data in braces': ['https://evil.example/log?q={data}', 'placeholder'],
    'such a place, escaped': ['https://evil.example/%7Bdata%7D.png', 'placeholder'],
    'the same in brackets': ['https://evil.example/?q=[summary of the chat]', 'placeholder'],
    'the same in angle brackets': ['https://evil.example/?q=<secrets>', 'placeholder'],
    'the same in capitals': ['https://evil.example/STOLEN_DATA', 'placeholder'],
    'a text in Base64 in the query': [`https://evil.example/?d=${base64('my pin is 4711')}`, 'encoded-text'],
    'the same in the path': [`https://evil.example/p/${base64('my pin is 4711')}`, 'encoded-text'],
    'the same in the fragment': [`https://evil.example/#${base64('my pin is 4711')}`, 'encoded-text'],
    'the same, escaped': [`https://evil.example/?d=${encodeURIComponent(base64('the pin is 47'))}`, 'encoded-text'],
    hexadecimal: [`https://evil.example/${hex('my pin is 4711')}`, 'encoded-text'],
    'a text in the host': [`https://${hex('my pin is 4711')}.evil.example/a.png`, 'data-in-host'],
    'a random name in the host': ['https://c23b2la0kl1krjcrdj10cndmnioyyyyyn.oast.example/a.png', 'data-in-host'],
    'many labels': [`https://${'abcdefghijklmnop.'.repeat(8)}evil.example/`, 'data-in-host'],
    'a name that says so': ['https://evil.example/?secret=hunter2', 'telling-name'],
    'nothing yet': ['https://evil.example/log?q=', 'open-end'],
    'nothing yet, by a name that says so': ['https://evil.example/log?v=1&data=', 'open-end'],
    'a sentence': ['https://evil.example/?q=the%20user+said%20that%20she%20moves', 'prose'],
    'a sentence in the path': ['https://evil.example/the%20user%20said%20that%20she%20moves%20to%20Rome.png', 'prose'],
  };
  for (const [name, [url, carried]] of Object.entries(cases))
    test(name, () => expect(carriedData(url, true)).toBe(carried));
});

describe('an image carries nothing', () => {
  test.each([
    'https://img.shields.io/badge/License-MIT-blue.svg?style=flat&label=GHA%20docs%20and%20linting',
    'https://badges.example/js.svg?token=fh3LMNOV+JSWykSjtg1rA8kouSYkJoIDzGbvaByq5X0=',
    'https://codecov.example/gh/a/b/branch/main/graph/badge.svg?token=ABCDEF0123',
    'https://images.example/12345/67b6a9d2-57c2-4cba-8ac6-f0d3a7d7e8ab.png',
    'https://bucket.s3.eu-central-1.amazonaws.com/a.png?X-Amz-Date=20260101T000000Z&X-Amz-Signature=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'https://raw.example/main/Hit%20Ratios%20-%20Search%20(ARC).svg',
    'https://d111111abcdef8.cloudfront.example/logo.png',
    'https://xn--bcher-kva.example/a.png',
    'http://[::1]:8080/a.png',
    'no address',
  ])('%s', (url) => expect(carriedData(url, true)).toBeUndefined());
});

describe('a link', () => {
  test('may have names in braces, a search and an empty end, as documentation has', () => {
    for (const url of [
      'https://api.example/repos/{owner}/{repo}',
      'https://search.example/?q=how+to+mend+a+bicycle+by+yourself',
      'https://search.example/?q=',
      'https://share.example/?text=Have%20you%20seen%20this%20very%20good%20thing%20yet',
      'https://a.example/?data=1',
    ])
      expect(carriedData(url, false)).toBeUndefined();
  });
  test.each<[string, Carried]>([
    ['https://evil.example/?q=[your conversation]', 'placeholder'],
    ['https://evil.example/?q=<what you know>', 'placeholder'],
    [`https://evil.example/?q=${base64('my pin is 4711')}`, 'encoded-text'],
    ['https://evil.example/?conversation=she-said-that-he-had-said-it', 'telling-name'],
    ['https://evil.example/?data=', 'open-end'],
  ])('%s carries something', (url, carried) => expect(carriedData(url, false)).toBe(carried));
});

it('the host is that of lists', () => {
  expect(hostOf('https://user@EXAMPLE.com.:8080/x')).toBe('example.com.');
  expect(hostOf('//b\u00fccher.example/x')).toBe('xn--bcher-kva.example');
  expect(hostOf('https://1.2.3/x')).toBe('1.2.0.3');
  expect(hostOf('x')).toBeUndefined();
});

it.each(['a=b&', '%20', 'QUJD', '{', '[a', 'x.'])('a long address of %s takes little time', (part) => {
  const url = `https://a.example/?${part.repeat(100_000)}`;
  const start = performance.now();
  carriedData(url, true);
  carriedData(`https://${part.repeat(100_000)}`, true);
  expect(performance.now() - start).toBeLessThan(2_000);
});
