import { describe, expect, test } from 'vitest';
import { mcpServer, REVISION } from '../testing/gen.ts';
import { compiled, rejected } from './conditions/testing/cases.ts';
import { policyStatus, wantedSince } from './policy-status.ts';

const NOW = Date.parse('2026-11-21T10:00:00.900Z');
const EARLIER = '2026-11-21T09:00:00Z';
const counts = { enforced: 1, ready: 2 };
const saying = (policy: object) => mcpServer({ status: { policy } });

describe('a revision is wanted since', () => {
  test.each([
    ['the time that the status says of it', { revision: REVISION, since: EARLIER }, EARLIER],
    ['now where the status is of another', { revision: 'sha256:b', since: EARLIER }, '2026-11-21T10:00:00Z'],
    ['now where nobody has written it', { revision: REVISION }, '2026-11-21T10:00:00Z'],
  ])('%s', (_, policy, since) => {
    expect(wantedSince(saying(policy), REVISION, NOW)).toBe(since);
  });
});

describe('what is said of the policy', () => {
  test('is what is wanted, and who enforces it', () => {
    const wanted = compiled();
    expect(policyStatus(mcpServer(), { wanted, shares: [] }, counts, NOW)).toEqual({
      ...{ revision: REVISION, since: '2026-11-21T10:00:00Z', packs: ['finance/payments'] },
      ...{ enforced: 1, summary: '1/2' },
    });
  });
  test('stays that of the last good one, counted anew, while another cannot be put in force', () => {
    const last = { revision: REVISION, since: EARLIER, packs: ['finance/payments'], enforced: 2, summary: '2/2' };
    const older = [{ revision: 'sha256:c', pods: 1, enforced: 1 }];
    const status = policyStatus(saying({ ...last, older }), { wanted: rejected, shares: [] }, counts, NOW);
    expect(status).toEqual({ ...last, enforced: 1, summary: '1/2', older });
  });
  test('is nothing before there was any', () => {
    expect(policyStatus(mcpServer(), { wanted: rejected, shares: [] }, counts, NOW)).toBeUndefined();
  });
});
