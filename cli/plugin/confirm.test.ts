import { describe, expect, test } from 'vitest';
import { DIGEST, storedRequest } from '../testing/stored-request.ts';
import { checkDigest, isConfirmed } from './confirm.ts';

describe('what is about to be done was seen', () => {
  test.each([
    ['by its digest', { digest: DIGEST }],
    ['or is taken as it is', { yes: true }],
    ['or both', { digest: DIGEST, yes: true }],
  ])('%s', async (_, sure) => {
    expect(await isConfirmed(storedRequest(), sure, () => '', 'Sure?')).toBe(true);
  });

  test.each([
    ['where nobody can be asked', {}, 'nobody is at this terminal'],
    ['by another digest', { digest: 'sha256:0' }, 'is about something else'],
    ['by another digest, whatever else is said', { digest: 'sha256:0', yes: true }, 'is about something else'],
  ])('but not %s', async (_, sure, message) => {
    await expect(isConfirmed(storedRequest(), sure, () => '', 'Sure?')).rejects.toThrow(message);
  });
});

test('of what this version does not know there is no digest that fits', () => {
  const request = storedRequest({ spec: { subject: { type: 'Other' } as never } });
  expect(() => checkDigest(request, DIGEST)).toThrow('its digest is not known');
});
