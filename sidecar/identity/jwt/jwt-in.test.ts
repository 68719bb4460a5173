import { expect, it } from 'vitest';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { jwtIn } from './jwt-in.ts';

const trusting = policyOf(ALLOW_ALL, { jwt: [{ issuer: 'https://a.example', audiences: ['x'] }] });

it.each([
  ['Bearer eyJ.eyJ.sig', 'eyJ.eyJ.sig'],
  ['bearer eyJ.eyJ.sig ', 'eyJ.eyJ.sig'],
  ['DPoP eyJ.eyJ.sig', 'eyJ.eyJ.sig'],
  ['DPoP slp_abc', undefined],
  ['Bearer slp_abc', undefined],
  ['Basic eyJ.eyJ.sig', undefined],
  ['Bearer a.b.c', undefined],
])('in %s it is %s', (header, token) => expect(jwtIn(header, trusting)).toBe(token));

it('is nothing to look at where no issuer is trusted', () => {
  expect(jwtIn('Bearer eyJ.eyJ.sig', policyOf(ALLOW_ALL))).toBeUndefined();
  expect(jwtIn('Bearer eyJ.eyJ.sig', undefined)).toBeUndefined();
});
