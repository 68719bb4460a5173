import { expect, test } from 'vitest';
import type { AuditQuery } from '../reading/query.ts';
import { paramsOf, queryIn } from './query-params.ts';

test('a question survives the way', () => {
  const query: AuditQuery = {
    ...{ principal: 'a b', target: 'read_*', outcome: 'refused', rule: 'x#y', finding: 'f', session: 's', trace: 't' },
    ...{ server: 'default/files', text: 'ü&=', since: 1, until: 2, all: true, effects: ['Deny', 'Log'] },
  };
  expect(queryIn(new URLSearchParams(paramsOf(query).toString()))).toEqual(query);
  expect(queryIn(paramsOf({}))).toEqual({});
});

test('one that is not understood is not answered', () => {
  expect(queryIn(new URLSearchParams('princpal=me'))).toContain('"princpal" is no question');
  expect(queryIn(new URLSearchParams('since=yesterday'))).toContain('since is a time');
  expect(queryIn(new URLSearchParams('effect=Maybe'))).toContain('effect is one of');
});
