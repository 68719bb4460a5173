import { describe, expect, test } from 'vitest';
import { scriptKubectl } from '../testing/scripted-kubectl.ts';
import { DIGEST, storedRequest } from '../testing/stored-request.ts';
import { Cluster } from './cluster.ts';
import { grant, type GrantWords, renderGrant, renderGranted } from './grant.ts';

const cluster = new Cluster({ namespace: 'finance' });
const NOW = Date.parse('2026-11-21T10:00:00Z');
const words: GrantWords = { for: '2h', uses: 10, digest: DIGEST };
const ada = { status: { userInfo: { username: 'ada', groups: ['treasury'] } } };
const make = (given: Partial<GrantWords> = {}) => grant(cluster, 'ledger-transfer-x7k2m', { ...words, ...given }, NOW);

describe('a grant', () => {
  test('is made of what was shown, in the name of who makes it', async () => {
    const kubectl = scriptKubectl(storedRequest(), ada, { kind: 'ApprovalGrant' });
    expect(await make({ max: ['amount=5000'], reason: 'month end', name: 'month-end' })).toEqual({
      kind: 'ApprovalGrant',
    });
    expect(kubectl.asked().slice(1)).toEqual(['auth whoami -o json', 'create -n finance -f - -o json']);
    expect(JSON.parse(kubectl.told(3))).toMatchObject({
      kind: 'ApprovalGrant',
      metadata: { name: 'month-end', namespace: 'finance' },
      spec: {
        server: 'ledger',
        tool: 'transfer',
        principal: { name: 'billing-agent' },
        arguments: [{ at: '/amount', max: 5000 }],
        maxUses: 10,
        expiresAt: '2026-11-21T12:00:00.000Z',
        reason: 'month end',
        grantedBy: { username: 'ada', groups: ['treasury'] },
      },
    });
  });

  test('is left to the API server to sign where it does not say who asks', async () => {
    const kubectl = scriptKubectl(storedRequest(), 'error: unknown command', { kind: 'ApprovalGrant' });
    await make({ any: ['amount'] });
    expect((JSON.parse(kubectl.told(3)) as { spec: object }).spec).not.toHaveProperty('grantedBy');
  });

  test.each<[string, Partial<GrantWords>, string]>([
    ['for no time', { for: 'ever' }, '--for ever is no duration'],
    ['up to no number', { max: ['amount'] }, '--max amount is no argument with a number'],
    ['up to nothing', { max: ['amount='] }, '--max amount= is no argument with a number'],
    ['of what nobody has seen', { digest: `sha256:${'0'.repeat(64)}` }, 'is about something else than --digest says'],
    ['up to a number of what is no argument', { max: ['memo=1'] }, 'no grant can be made of ledger-transfer-x7k2m'],
  ])('is not made %s', async (_, given, message) => {
    const kubectl = scriptKubectl(storedRequest(), ada);
    await expect(make(given)).rejects.toThrow(message);
    expect(kubectl.asked().join('\n')).not.toContain('create');
  });
});

test('everything that it lets through is shown', () => {
  const spec = {
    ...{ server: 'ledger', tool: 'transfer', principal: { name: 'agent\u202e' }, rules: ['finance/p#t'] },
    ...{ maxUses: 1, expiresAt: '2026-11-21T12:00:00Z' },
    arguments: [
      { at: '/a', any: true as const },
      { at: '/b', enum: ['x', 5] },
      { at: '/c', pattern: 'DE[0-9]+' },
      { at: '/d', json: '{"e":1}' },
      { at: '/f', min: 1, max: 5 },
      { at: '/g', max: 5 },
    ],
  };
  const metadata = { name: 'month-end', namespace: 'finance' };
  const made = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'ApprovalGrant', metadata, spec } as const;
  expect(renderGrant(made)).toBe(`Grant         finance/month-end
Lets through  calls of the tool "transfer" of ledger by agent\\u{202e}
At most       once
Until         2026-11-21T12:00:00Z
For           finance/p#t
With these arguments
  | /a: anything
  | /b: "x" or 5
  | /c: text that matches DE[0-9]+
  | /d: {"e":1}
  | /f: a number, at least 1 and at most 5
  | /g: a number, at most 5
`);
  expect(renderGrant({ ...made, spec: { ...spec, maxUses: 3, arguments: [] } })).toMatch(
    /3 times\n.*\n.*\nWithout arguments\n$/,
  );
  expect(renderGranted({ ...made, spec: { ...spec, grantedBy: { username: 'ada' } } })).toContain(
    `kubectl -n finance patch approvalgrants.sallyport.dev month-end --type=merge -p '{"spec":{"revoked":true}}'`,
  );
});
