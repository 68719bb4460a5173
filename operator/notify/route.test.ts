import { expect, test } from 'vitest';
import { routeOf, unknownOf } from './route.ts';

const ROUTES = { channels: ['slack', 'mail', 'pager'], byDefault: ['slack', 'mail'] };

test.each([
  ['no name', undefined, ['slack', 'mail']],
  ['an empty list', [], ['slack', 'mail']],
  ['null, as an API server may keep it', null, ['slack', 'mail']],
  ['a name', ['pager'], ['pager']],
  ['a name that nobody has', ['pagr'], ['slack', 'mail']],
  ['one that is known beside one that is not', ['pager', 'pagr'], ['pager', 'slack', 'mail']],
])('%s', (_, named, expected) => {
  expect(routeOf(named, ROUTES)).toEqual(expected);
});

test('names without a channel', () => {
  expect(unknownOf(['pagr', 'slack', 'a', 'pagr'], ROUTES)).toEqual(['a', 'pagr']);
});
