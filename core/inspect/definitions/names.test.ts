import { describe, expect, test } from 'vitest';
import { inspectName, KnownNames } from './names.ts';

const known = new KnownNames([
  { name: 'send_email', owner: 'finance/mail' },
  { name: 'search', owner: 'finance/web' },
]);

test.each([
  ['with a letter of another script', 's\u0435nd_email', 'mixed-scripts'],
  ['of such letters alone', '\u0430\u0440\u0440\u04cf\u0435', 'mixed-scripts'],
  ['with digits for letters', 'send_emai1', 'look-alike'],
  ['in another spelling', 'sendEmail', 'look-alike'],
  ['that another server has', 'search', 'shadows'],
])('a name %s is found', { tags: ['look-alikes'] }, (_, name, reason) =>
  expect(inspectName(name, known)).toMatchObject({ detector: 'names', reason }),
);

test('whose it is taken for is said', () => {
  expect(inspectName('send-email', known)?.message).toBe(
    'The name "send-email" is taken for "send_email" of finance/mail.',
  );
});

describe('ordinary is', () => {
  test.each(['send_mail', 'größe', 'naïve_search', 'получить_файл', '検索', 'mcp_получить', 'a\u0301'])(
    '%s',
    (name) => {
      expect(inspectName(name, known)).toBeUndefined();
    },
  );
});

test('of two names of one skeleton the first is remembered', () => {
  const names = new KnownNames([{ name: 'a_b', owner: 'one' }]);
  names.add({ name: 'a-b', owner: 'two' });
  expect(names.like('ab')).toEqual({ name: 'a_b', owner: 'one' });
});
