import { describe, expect, it } from 'vitest';
import { isForUpstream, readCredential } from './credential-secret.ts';
import { CREDENTIALS_LABEL } from './upstream-names.ts';

const metadata = { name: 'keys', namespace: 'finance', labels: { [CREDENTIALS_LABEL]: 'true' } };

describe('a Secret', () => {
  it.each([
    ['with the label', metadata, true],
    ['without labels', { ...metadata, labels: undefined }, false],
    ['with another value of it', { ...metadata, labels: { [CREDENTIALS_LABEL]: 'yes' } }, false],
    ['of another namespace', { ...metadata, namespace: 'other' }, false],
  ])('%s may be named or not', (_how, of, may) => {
    expect(isForUpstream({ metadata: of }, 'finance')).toBe(may);
  });

  it.each([
    ['stringData, which goes before data', { stringData: { a: 'text' }, data: { a: 'b3RoZXI=' } }, { text: 'text' }],
    ['data', { data: { a: 'b3RoZXI=' } }, { text: 'other' }],
    ['data that is no base64', { data: { a: '%%' } }, { problem: expect.stringContaining('not base64') as string }],
    ['none', {}, { problem: expect.stringContaining('add that key') as string }],
    ['a name of every object', { data: {} }, { problem: expect.anything() as string }, 'constructor'],
  ])('has its key in %s', (_where, values, expected, key = 'a') => {
    expect(readCredential({ metadata, ...values }, 'keys', key)).toEqual(expected);
  });

  it('may not be there', () => {
    expect(readCredential(undefined, 'keys', 'a')).toMatchObject({
      problem: expect.stringContaining('keys') as string,
    });
  });
});
