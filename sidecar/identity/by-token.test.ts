import type { IncomingHttpHeaders } from 'node:http';
import { expect, it } from 'vitest';
import { ada } from '../../core/policy/testing/gen.ts';
import { ALLOW_ALL, policyOf } from '../../test/support/policy.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { NO_ACCOUNTS, NO_JWTS, NO_POSSESSION } from '../testing/no-jwts.ts';
import { byToken } from './by-token.ts';

const policy = policyOf(ALLOW_ALL);
const tokens = { find: (token: string) => (token === 'good' ? ada : undefined) };
const others = { jwts: NO_JWTS, accounts: NO_ACCOUNTS, possession: NO_POSSESSION };
const parts = { policy: { current: () => policy }, clock: new FakeClock(), tokens, ...others };

const shown = (headers: IncomingHttpHeaders) =>
  byToken({ httpMethod: 'POST', headers, peer: undefined }, policy, parts);

it('whose token it is', () => expect(shown({ authorization: 'Bearer good' })?.principal).toBe(ada));

it.each([{}, { authorization: 'Bearer other' }, { authorization: 'Basic good' }, { authorization: 'good' }])(
  'has nothing to say of %j',
  (headers) => expect(shown(headers)).toBeUndefined(),
);
