import { expect, it } from 'vitest';
import { isMistake, parseCondition } from './parse.ts';

it.each([
  ['hostIn(arguments.u, ["https://a"])', 'the hosts of hostIn: "https://a" is none'],
  ['hostIn(arguments.u, [])', 'the hosts of hostIn: has to be written out as a list of strings'],
  ['hostIn(arguments.u, arguments.l)', 'the hosts of hostIn: has to be written out as a list of strings'],
  ['addressIn(arguments.u, ["10.0.0.1"])', 'the ranges of addressIn: "10.0.0.1" is none'],
  ['pathIn(arguments.u, ["data"])', 'the folders of pathIn: "data" is none'],
  ['pathIn(arguments.u, ["/a/../b"])', 'the folders of pathIn: "/a/../b" is none'],
  ['arguments.s.matches("(?=a)")', 'has a pattern that is none of RE2'],
  ['arguments.s.matches("((a{1,9}){1,9}b){1,9}c(a{1,99}){1,9}")', 'has a pattern that takes too much to be matched'],
  [
    Array.from({ length: 4 }, () => 'arguments.s.matches("[^a]{300}x")').join(' || '),
    'has patterns that take too much to be matched together',
  ],
  ['now.getHours("Mars") == 1', 'knows no time zone "Mars"'],
  ['now.getHours(principal.name) == 1', 'has a time zone that is not written out'],
])('%s: %s', (text, problem) => {
  const parsed = parseCondition(text, 'tool');
  expect(isMistake(parsed) ? parsed.problem : 'none').toContain(problem);
});

it.each([
  'hostIn(arguments.u, ["*.example.com", "[::1]"])',
  'addressIn(arguments.u, ["10.0.0.0/8", "fc00::/7"])',
  'pathIn(arguments.u, ["/", "/data/", "/a/.b/..c"])',
  'now.getHours("UTC") == 1 && now.getHours() == 1',
])('%s is taken', (text) => expect(isMistake(parseCondition(text, 'tool'))).toBe(false));
