import { describe, expect, it, vi } from 'vitest';
import { approvalRequestSchema } from '../../core/api/approval-request.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { type ApprovalSubject, toApprovalRequest } from './approval.ts';
import { ApprovalBroker } from './broker.ts';
import { newApprovalName } from './name.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const REVISION = `sha256:${'b'.repeat(64)}`;

const subject = (changes: Partial<ApprovalSubject> = {}): ApprovalSubject => ({
  namespace: 'finance',
  server: 'ledger',
  method: 'tools/call',
  target: { kind: 'tool', name: 'transfer', args: {} },
  principal: { kind: 'token', name: 'ada', groups: ['agents'] },
  digest: DIGEST,
  pin: undefined,
  shown: {},
  preview: { amount: 5 },
  reason: 'money needs people',
  rules: ['finance/pack#transfer'],
  revision: REVISION,
  expiresMs: 60_000,
  ...changes,
});

function setUp() {
  const clock = new FakeClock();
  let count = 0;
  return { clock, broker: new ApprovalBroker(clock, () => `a${++count}`) };
}

const submitted = (broker: ApprovalBroker, changes: Partial<ApprovalSubject> = {}) =>
  broker.submit(subject(changes)) ?? expect.fail('too many pending');

describe('ApprovalBroker', () => {
  it('gives identical calls of one principal one request', () => {
    const { broker } = setUp();
    expect(submitted(broker).fresh).toBe(true);
    expect(submitted(broker)).toMatchObject({ fresh: false, approval: { name: 'a1' } });
  });

  it.each([
    ['other arguments', { digest: `sha256:${'c'.repeat(64)}` }],
    ['another principal', { principal: { kind: 'token', name: 'bob', groups: [] } }],
    ['a principal of the same name proven otherwise', { principal: { kind: 'local', name: 'ada', groups: [] } }],
    ['another policy revision', { revision: `sha256:${'d'.repeat(64)}` }],
  ] as [string, Partial<ApprovalSubject>][])('gives a call with %s a request of its own', (_name, changes) => {
    const { broker } = setUp();
    const { approval } = submitted(broker);
    broker.decide(approval.name, 'Approved', 'eve', undefined);
    const other = submitted(broker, changes);
    expect(other.fresh).toBe(true);
    expect(broker.claim(other.approval, other.approval.subject.revision)).toBe(false);
  });

  it('lets exactly one caller use an approval', () => {
    const { broker } = setUp();
    const { approval } = submitted(broker);
    broker.decide(approval.name, 'Approved', 'eve', 'fine');
    expect([1, 2, 3].map(() => broker.claim(approval, REVISION))).toEqual([true, false, false]);
    expect(approval.state).toBe('Consumed');
  });

  it('asks anew after an approval was used, and says which one', () => {
    const { broker } = setUp();
    const { approval } = submitted(broker);
    broker.decide(approval.name, 'Approved', 'eve', undefined);
    broker.claim(approval, REVISION);
    expect(submitted(broker)).toMatchObject({ fresh: true, usedUp: 'a1', approval: { name: 'a2', state: 'Pending' } });
  });

  it('lets nobody use what is pending, denied or expired, or was approved under another policy', () => {
    const { clock, broker } = setUp();
    const { approval } = submitted(broker);
    expect(broker.claim(approval, REVISION)).toBe(false);
    broker.decide(approval.name, 'Approved', 'eve', undefined);
    expect(broker.claim(approval, 'sha256:other')).toBe(false);
    clock.advance(60_000);
    expect(broker.claim(approval, REVISION)).toBe(false);
    expect(approval.state).toBe('Expired');
  });

  it('says once that a request expired; the next identical call asks anew', () => {
    const { clock, broker } = setUp();
    submitted(broker);
    clock.advance(60_000);
    expect(submitted(broker)).toMatchObject({ fresh: false, approval: { name: 'a1', state: 'Expired' } });
    expect(submitted(broker)).toMatchObject({ fresh: true, approval: { name: 'a2' } });
  });

  it('keeps a denial as long as an approval would have lasted', () => {
    const { clock, broker } = setUp();
    const { approval } = submitted(broker);
    broker.decide(approval.name, 'Denied', 'eve', 'no');
    expect(submitted(broker)).toMatchObject({ fresh: false, approval: { state: 'Denied', reason: 'no' } });
    clock.advance(60_000);
    expect(submitted(broker)).toMatchObject({ fresh: true, approval: { name: 'a2' } });
  });

  it('keeps a newer request of a call when the denial of an older one expires', () => {
    const { clock, broker } = setUp();
    const { approval } = submitted(broker);
    broker.decide(approval.name, 'Denied', 'eve', 'no');
    clock.advance(59_000);
    const later = 'sha256:later';
    const newer = submitted(broker, { revision: later });
    expect(newer).toMatchObject({ fresh: true, approval: { name: 'a2' } });
    clock.advance(1_000);
    broker.list();
    broker.decide('a2', 'Approved', 'eve', undefined);
    expect(broker.get('a1')?.state).toBe('Denied');
    expect(submitted(broker, { revision: later })).toMatchObject({
      fresh: false,
      approval: { name: 'a2', state: 'Approved' },
    });
    expect(broker.claim(newer.approval, later)).toBe(true);
  });

  it('takes one decision and tells later ones that it is settled', () => {
    const { broker } = setUp();
    const { approval } = submitted(broker);
    expect(broker.decide(approval.name, 'Denied', 'eve', undefined).outcome).toBe('decided');
    expect(broker.decide(approval.name, 'Approved', 'mallory', undefined).outcome).toBe('settled');
    expect(broker.decide('nope', 'Approved', 'eve', undefined).outcome).toBe('unknown');
    expect(approval).toMatchObject({ state: 'Denied', decidedBy: 'eve' });
  });

  it('tells those who wait, once, and not those who stopped waiting', () => {
    const { broker } = setUp();
    const { approval } = submitted(broker);
    const [waits, left] = [vi.fn(), vi.fn()];
    broker.whenSettled(approval.name, waits);
    broker.whenSettled(approval.name, left)();
    broker.decide(approval.name, 'Approved', 'eve', undefined);
    broker.claim(approval, REVISION);
    expect(waits).toHaveBeenCalledTimes(1);
    expect(left).not.toHaveBeenCalled();
  });

  it('asks a person at most twenty things of one principal at a time', () => {
    const { broker } = setUp();
    const digest = (i: number) => `sha256:${String(i).padStart(64, '0')}`;
    for (let i = 0; i < 20; i++) submitted(broker, { digest: digest(i) });
    expect(broker.submit(subject({ digest: digest(20) }))).toBeUndefined();
    expect(broker.submit(subject({ digest: digest(0) }))).toBeDefined();
    expect(broker.submit(subject({ principal: { kind: 'token', name: 'bob', groups: [] } }))).toBeDefined();
  });

  it('forgets the oldest settled requests when there are very many, and never a live one', () => {
    const { clock, broker } = setUp();
    const live = submitted(broker, { digest: 'sha256:live', expiresMs: 86_400_000 });
    for (let i = 0; i < 1200; i++) {
      const { approval } = submitted(broker, { digest: `sha256:${i}` });
      broker.decide(approval.name, 'Denied', 'eve', undefined);
      clock.advance(1);
    }
    expect(broker.list().length).toBeLessThanOrEqual(1000);
    expect(broker.get(live.approval.name)?.state).toBe('Pending');
  });
});

describe('toApprovalRequest', () => {
  it.each(['Pending', 'Approved', 'Denied', 'Expired', 'Consumed'] as const)(
    'makes a valid ApprovalRequest of one that is %s',
    (state) => {
      const { clock, broker } = setUp();
      const { approval } = submitted(broker);
      if (state === 'Approved' || state === 'Consumed') broker.decide(approval.name, 'Approved', 'eve', 'ok');
      if (state === 'Denied') broker.decide(approval.name, 'Denied', 'eve', undefined);
      if (state === 'Consumed') broker.claim(approval, REVISION);
      if (state === 'Expired') clock.advance(60_000);
      broker.list();
      const parsed = approvalRequestSchema.safeParse(toApprovalRequest(approval));
      expect(parsed.error?.issues).toBeUndefined();
      expect(parsed.data?.status?.state).toBe(state);
    },
  );
});

describe('newApprovalName', () => {
  it.each([
    ['transfer', /^ledger-transfer-[a-z0-9]{6}$/],
    ['Écrire/../x', /^ledger-crire-x-[a-z0-9]{6}$/],
    ['x'.repeat(300), /^ledger-x{49}-[a-z0-9]{6}$/],
    ['???', /^ledger-[a-z0-9]{6}$/],
  ])('of tool %s is a name Kubernetes takes', (name, pattern) => {
    expect(newApprovalName(subject({ target: { kind: 'tool', name, args: {} } }))).toMatch(pattern);
  });
});
