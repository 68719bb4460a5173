import { describe, expect, it } from 'vitest';
import { readRevocationEntries, readRevocations } from './revocations.ts';

const TEN = Date.parse('2026-11-30T10:00:00Z');

describe('an entry', () => {
  it.each([
    ['one token', 'jti: 3f2a', { jti: ['3f2a'] }],
    ['several tokens', 'jti: [a, b, a]', { jti: ['a', 'b'] }],
    [
      'somebody',
      'subject: ada\nissuer: https://login.example.com',
      { subject: ['ada'], issuer: 'https://login.example.com' },
    ],
    ['a name', 'name: ada@example.com', { name: ['ada@example.com'] }],
    ['all until a time', 'issuedBefore: 2026-11-30T10:00:00Z', { issuedBefore: TEN }],
    ['a time of another zone', 'issuedBefore: "2026-11-30T11:00:00.000+01:00"', { issuedBefore: TEN }],
    [
      'somebody until a time',
      'subject: ada\nissuedBefore: 2026-11-30T10:00:00Z',
      { subject: ['ada'], issuedBefore: TEN },
    ],
    ['an id that reads like a number', 'jti: 0012e4', { jti: ['0012e4'] }],
  ])('takes back %s', (_what, text, said) => {
    expect(readRevocationEntries({ stolen: text })).toEqual({
      revocations: [{ key: 'stolen', ...said }],
      problems: [],
    });
  });

  it.each([
    ['no mapping', 'hunter2', 'the value is not a YAML mapping with jti, subject, name or issuedBefore'],
    ['nothing', '', 'the value is not a YAML mapping with jti, subject, name or issuedBefore'],
    [
      'a field that is not known',
      'jti: hunter2\nsub: ada',
      'the value has fields besides issuer, jti, subject, name, issuedBefore',
    ],
    [
      'an issuer alone, which would take back everything',
      'issuer: https://hunter2.example.com',
      'says of no token that it is revoked',
    ],
    ['an empty id', 'jti: ""', 'jti is neither a text nor a list of texts'],
    ['no id', 'jti: []', 'jti is neither a text nor a list of texts'],
    ['lists in a list', 'subject: [[hunter2]]', 'subject is neither a text nor a list of texts'],
    ['a mapping for a subject', 'subject: {name: hunter2}', 'subject is neither a text nor a list of texts'],
    ['an issuer that is a list', 'jti: a\nissuer: [hunter2]', 'issuer is not that of tokens'],
    ['a day', 'issuedBefore: 2026-11-30', 'issuedBefore is not a time'],
    ['a time without a zone', 'issuedBefore: 2026-11-30T10:00:00', 'issuedBefore is not a time'],
    ['a time that is none', 'issuedBefore: 2026-13-30T10:00:00Z', 'issuedBefore is not a time'],
  ])('is refused with %s, which is not repeated', (_what, text, message) => {
    const read = readRevocationEntries({ stolen: text });
    expect(read.revocations).toEqual([]);
    expect(read.problems).toEqual([{ path: ['stolen'], message, mend: expect.any(String) }]);
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });

  it('says all that is wrong with it, and takes nothing back by half', () => {
    const { revocations, problems } = readRevocationEntries({ a: 'jti: []\nissuedBefore: x\nsub: y', b: 'jti: z' });
    expect(revocations).toEqual([{ key: 'b', jti: ['z'] }]);
    expect(problems).toHaveLength(3);
  });
});

it('stands in a Secret as text or in base64', () => {
  const data = { b: Buffer.from('jti: b').toString('base64'), c: '!' };
  const { revocations, problems } = readRevocations({ stringData: { a: 'jti: a' }, data });
  expect(revocations.map(({ key }) => key).sort()).toEqual(['a', 'b']);
  expect(problems).toMatchObject([{ path: ['data', 'c'], message: 'the value is not base64 of UTF-8 text' }]);
});
