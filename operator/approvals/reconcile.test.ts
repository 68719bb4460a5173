/** What is done at which look; that it is done is tested on a real API server. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { StoredRequest } from '../custom-resources.ts';
import type { ApiClient } from '../kit/api-client.ts';
import type { EventRecorder } from '../kit/events.ts';
import { approvalRequest, cachesWith, definitionRequest, mcpServer, REVISION } from '../testing/gen.ts';
import { CollectPace } from './collect-pace.ts';
import { reconcileApproval } from './reconcile.ts';
import { stormRequest } from './storms.ts';

const NOW = Date.parse('2026-11-21T10:05:00Z');
const OTHER = `sha256:${'b'.repeat(64)}`;
const VOTE = { username: 'ada', decision: 'Approved' };
const voted = (state = 'Pending') => approvalRequest({ status: { state, votes: [VOTE] } });

let said: string[];
let counted: unknown[][];
let distrust: string | undefined;
let isBroken: boolean;
let confirmed: string | undefined;
let isHeld: boolean;
let isSameRequester: boolean;
beforeEach(() => {
  [said, counted] = [[], []];
  isHeld = true;
  isSameRequester = true;
  [distrust, isBroken, confirmed] = [undefined, false, undefined];
});

function look(request: StoredRequest, ...others: object[]) {
  const client = {
    delete: (_: unknown, { name }: { name: string }) => Promise.resolve(void said.push(`delete ${name}`)),
    mergePatch: (_: unknown, __: unknown, { status }: { status: { state: string } }) =>
      Promise.resolve(void said.push(status.state)),
  } as unknown as ApiClient;
  const trust = { distrust, isBroken, confirm: () => Promise.resolve(confirmed) };
  const context = {
    caches: cachesWith(request, ...others),
    client,
    events: { event: () => {} } as unknown as EventRecorder,
    clock: { now: () => NOW, monotonic: () => 0 },
    keepSettledForMs: 60_000,
    pace: new CollectPace({ now: () => NOW, monotonic: () => 0 }),
    metrics: { decided: (...decided: unknown[]) => void counted.push(decided) },
    trust,
    definitions: {
      accept: (_: object, digest: string) => Promise.resolve((said.push(`accept ${digest}`), isHeld)),
      refuse: (_: object, digest: string) => Promise.resolve((said.push(`refuse ${digest}`), true)),
    },
    requesters: { areStill: () => isSameRequester },
  };
  const { namespace = '', name } = request.metadata;
  return reconcileApproval({ namespace, name }, context);
}

describe('a request', () => {
  test('that is voted on is settled', async () => {
    expect(await look(voted(), mcpServer())).toEqual({ kind: 'done' });
    expect(said).toEqual(['Approved']);
    // How long they took.
    expect(counted).toEqual([['Approved', NOW - 300_000, NOW]]);
  });

  test('that nobody voted on is looked at again when its time is over', async () => {
    expect(await look(approvalRequest(), mcpServer())).toEqual({ kind: 'requeueAfter', ms: 600_000 });
    expect(said).toEqual([]);
  });

  test.each([
    ['the policy', { revision: REVISION }, []],
    [
      'what an older gate enforces of it',
      { revision: OTHER, older: [{ revision: REVISION, pods: 1, enforced: 1 }] },
      [],
    ],
    ['a policy of yesterday', { revision: OTHER }, ['Withdrawn']],
  ])('that is held by %s', async (_, policy, expected) => {
    await look(approvalRequest(), mcpServer({ status: { policy } }));
    expect(said).toEqual(expected);
  });

  test('that takes more votes says how many there are', async () => {
    const two = approvalRequest({ spec: { quorums: [{ quorum: 2 }] }, status: { state: 'Pending', votes: [VOTE] } });
    expect(await look(two, mcpServer())).toEqual({ kind: 'done' });
    expect(said).toEqual(['Pending']);
  });

  test('whose caller others stand behind now is withdrawn', async () => {
    isSameRequester = false;
    await look(voted(), mcpServer());
    expect(said).toEqual(['Withdrawn']);
  });

  test('of a server that is gone is withdrawn', async () => {
    await look(approvalRequest());
    expect(said).toEqual(['Withdrawn']);
  });

  test('that is going is left to go', async () => {
    const request = approvalRequest();
    request.metadata.deletionTimestamp = '2026-11-21T10:04:00Z';
    expect(await look(request)).toEqual({ kind: 'done' });
  });

  test('that was settled for long enough is deleted', async () => {
    const status = { state: 'Denied', decidedAt: '2026-11-21T09:00:00Z' };
    await look(approvalRequest({ spec: { expiresAt: '2026-11-21T09:00:00Z' }, status }), mcpServer());
    expect(said).toEqual(['delete ledger-transfer-1']);
  });
});

describe('votes that cannot be trusted', () => {
  test('are not counted while it is not known what to think of them', async () => {
    distrust = 'not looked yet';
    expect(await look(voted(), mcpServer())).toEqual({ kind: 'requeueAfter', ms: 5_000 });
    expect(said).toEqual([]);
  });

  test.each([
    ['a request with a vote', voted(), ['Withdrawn']],
    ['an approved one', voted('Approved'), ['Withdrawn']],
    ['one that nobody voted on stays', approvalRequest(), []],
    ['one that is used stays', voted('Consumed'), []],
  ])('never count once the policies are known to be broken: %s', async (_, request, expected) => {
    [distrust, isBroken] = ['broken', true];
    await look(request, mcpServer());
    expect(said).toEqual(expected);
  });

  test('are looked at once more at the moment at which they would count', async () => {
    [confirmed, isBroken] = ['broken just now', true];
    await look(voted(), mcpServer());
    expect(said).toEqual(['Withdrawn']);
  });
});

describe.each([
  ['of before there were subjects', undefined],
  ['about what this version does not know', { type: 'Grant', grant: {} }],
])('a request %s', (_, subject) => {
  const old = (expiresAt: string) =>
    approvalRequest({ spec: { subject, expiresAt }, status: { state: 'Approved', votes: [VOTE] } });

  test('is left alone until its time is over, whatever was voted', async () => {
    expect(await look(old('2026-11-21T10:06:00Z'), mcpServer())).toEqual({ kind: 'requeueAfter', ms: 60_000 });
    expect(said).toEqual([]);
  });

  test('is deleted then', async () => {
    expect(await look(old('2026-11-21T10:05:00Z'), mcpServer())).toEqual({ kind: 'done' });
    expect(said).toEqual(['delete ledger-transfer-1']);
  });
});

describe('a definition', () => {
  const DIGEST = `sha256:${'d'.repeat(64)}`;
  const decided = (state: string) => definitionRequest({ status: { state, votes: [VOTE] } });

  test('that is voted on is settled, whatever policy is in force by then', async () => {
    await look(decided('Pending'), mcpServer({ status: { policy: { revision: OTHER } } }));
    expect(said).toEqual(['Approved']);
  });

  test('that is approved comes to the pins, and the approval is used up', async () => {
    expect(await look(decided('Approved'), mcpServer())).toEqual({ kind: 'done' });
    expect(said).toEqual([`accept ${DIGEST}`, 'Consumed']);
  });

  test('that is not held any more leaves the approval as it is', async () => {
    isHeld = false;
    await look(decided('Approved'), mcpServer());
    expect(said).toEqual([`accept ${DIGEST}`]);
  });

  test('that is denied comes to the pins', async () => {
    await look(decided('Denied'), mcpServer());
    expect(said).toEqual([`refuse ${DIGEST}`]);
  });

  test('that is approved while the admission policies are not those of the chart is not accepted', async () => {
    confirmed = 'a policy is missing';
    await look(decided('Approved'), mcpServer());
    expect(said).toEqual([]);
  });

  test('whose time is over is not accepted', async () => {
    await look(
      definitionRequest({ spec: { expiresAt: '2026-11-21T10:04:00Z' }, status: { state: 'Approved', votes: [VOTE] } }),
      mcpServer(),
    );
    expect(said).toEqual(['Expired']);
  });
});

describe('a principal that a person has halted', () => {
  const storm = (state: string): StoredRequest => {
    const { name, spec } = stormRequest([approvalRequest()], NOW);
    return approvalRequest({ name, spec, status: { state } });
  };

  test('is asked nothing more of: what waits is withdrawn, and what it got stays', async () => {
    const others = [
      approvalRequest({ name: 'waits' }),
      approvalRequest({ name: 'got', status: { state: 'Approved' } }),
    ];
    expect(await look(storm('Approved'), mcpServer(), ...others)).toMatchObject({ kind: 'requeueAfter' });
    expect(said).toEqual(['Withdrawn']);
  });

  test('has no call waiting that came while it was halted', async () => {
    expect(await look(approvalRequest({ name: 'late' }), mcpServer(), storm('Approved'))).toEqual({ kind: 'done' });
    expect(said).toEqual(['Withdrawn']);
  });

  test.each(['Pending', 'Denied', 'Expired'])('is not halted by a question that is %s', async (state) => {
    await look(approvalRequest({ name: 'waits' }), mcpServer(), storm(state));
    await look(storm(state), mcpServer(), approvalRequest({ name: 'waits' }));
    expect(said).toEqual([]);
  });

  test('is halted by one vote', async () => {
    const asked = storm('Pending');
    await look({ ...asked, status: { state: 'Pending', votes: [VOTE] } } as unknown as StoredRequest, mcpServer());
    expect(said).toEqual(['Approved']);
  });
});
