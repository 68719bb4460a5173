import { describe, expect, it } from 'vitest';
import { HistoryStore } from '../../history/store.ts';
import { ada, pack, policyOf } from '../testing/gen.ts';
import { NOTHING_TO_DECIDE as NOTHING } from '../verdict.ts';
import type { HistoryEvent, Judged, Part, Wanted } from './rule.ts';

type Risk = Parameters<typeof pack>[0]['risk'];

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 30, 12);

/** Callers of one server, under a pack with this risk. */
class Traffic {
  readonly #policy;
  readonly #store = new HistoryStore();
  now = NOON;

  constructor(risk: Risk) {
    this.#policy = policyOf(pack({ tools: [{ names: ['*'], effect: 'Allow' }], risk }, 'rules'));
  }

  /** What becomes of a call; sent, answered and ended where nothing stands against it. */
  call(
    tool = 'read',
    said: Partial<HistoryEvent> = {},
    end: { refused?: boolean; answerFindings?: number } = {},
  ): Judged | undefined {
    const parts = this.#policy.history?.about(this.#event(tool, said)) ?? [];
    let judged: Judged | undefined;
    for (const part of parts) {
      judged = part.judge(this.#ask(part, 'Ask'), this.now) ?? judged;
      if (judged === undefined) expect(part.judge(this.#ask(part, 'Take'), this.now)).toBeUndefined();
      this.#end(part, judged !== undefined, end);
    }
    return judged;
  }

  refused(): void {
    const wanted = this.#policy.history?.onRefused(this.#event('read', {})) ?? [];
    this.#apply(wanted, 'Take');
  }

  #end(part: Part, isRefused: boolean, { refused = isRefused, answerFindings = 0 }): void {
    const ended = { refused, answerFindings, reason: 'answered', now: this.now };
    this.#apply(part.onEnd?.(ended) ?? [], 'Take');
  }

  #ask(part: Part, how: 'Ask' | 'Take') {
    part.before?.know(this.#apply(part.before.ops, 'Ask'));
    return this.#apply(part.ops, how);
  }

  #apply(wanted: readonly Wanted[], how: 'Ask' | 'Take') {
    return this.#store.apply(wanted, how, this.now).seen;
  }

  #event(tool: string, said: Partial<HistoryEvent>): HistoryEvent {
    return {
      ...{
        principal: ada,
        session: 's',
        server: 'finance/ledger',
        target: { kind: 'tool', name: tool, args: undefined },
      },
      ...{
        labels: [],
        labelsInShadow: [],
        args: undefined,
        sent: undefined,
        destructive: false,
        argumentsHmac: undefined,
      },
      ...{ verdict: undefined, secret: Buffer.alloc(32), now: this.now, id: '1', ...said },
    };
  }
}

const sent = (args: object): Partial<HistoryEvent> => ({ sent: Buffer.from(JSON.stringify(args)) });
const only = (weights: object): Risk => ({
  ...{ denyAt: 10, learn: 3 },
  weights: {
    ...{ finding: 0, answerFinding: 0, newTool: 0, newPlace: 0, burst: 0, largeArguments: 0, destructive: 0 },
    ...{ refusal: 0, unusualHour: 0, ...weights },
  },
});
const FINDING = { rule: 'r', pointer: '', detector: 'secrets', reason: 'x', message: 'm' } as never;
const verdictOf = (judged: Judged | undefined) => judged?.verdict;

describe('risk', { tags: ['risk'] }, () => {
  it('is nobody’s who does the usual', () => {
    const traffic = new Traffic({ denyAt: 1 });
    for (let i = 0; i < 60; i++, traffic.now += MINUTE) expect(traffic.call()).toBeUndefined();
  });

  it('grows with refusals, is told with what it is made of, and fades', () => {
    const traffic = new Traffic(only({ refusal: 4 }));
    traffic.refused();
    traffic.refused();
    expect(traffic.call()).toBeUndefined();
    traffic.now += MINUTE;
    traffic.refused();
    const judged = traffic.call();
    expect(verdictOf(judged)).toMatchObject({ effect: 'Deny', rules: ['finance/rules#risk'] });
    expect(verdictOf(judged)?.causes[0]?.detail).toMatch(
      /^which is refused, since its caller has 11 risk points, of which 10 are enough: a refused call \(a moment ago\) \+4, .*\(1 min ago\)/,
    );
    traffic.now += 30 * MINUTE;
    expect(traffic.call()).toBeUndefined();
  });

  it('does not grow by being refused for it', () => {
    const traffic = new Traffic(only({ refusal: 10 }));
    traffic.refused();
    for (let i = 0; i < 20; i++) expect(verdictOf(traffic.call())?.effect).toBe('Deny');
    traffic.now += 2 * MINUTE;
    expect(traffic.call()).toBeUndefined();
  });

  it('asks a person before it denies', () => {
    const traffic = new Traffic({ ...only({ refusal: 6 }), approveAt: 5, denyAt: 10 });
    traffic.refused();
    expect(verdictOf(traffic.call())).toMatchObject({
      effect: 'RequireApproval',
      obligations: { approval: { expiresMs: 15 * MINUTE } },
    });
    traffic.refused();
    expect(verdictOf(traffic.call())?.effect).toBe('Deny');
  });

  it.each([
    ['newTool', () => ({}), 'first use of "tool delete_all"', 'delete_all'],
    ['newPlace', () => sent({ url: 'https://evil.example/x' }), 'first use of "evil.example"', 'read'],
    ['newPlace', () => sent({ edits: [{ path: '/etc/shadow/x' }] }), 'first use of "/etc/shadow"', 'read'],
    ['largeArguments', () => sent({ text: 'x'.repeat(10_000) }), 'large arguments', 'read'],
    ['destructive', () => ({ destructive: true }), '"tool read" is destructive', 'read'],
    ['finding', () => ({ verdict: { ...NOTHING, findings: [FINDING] } }), 'findings in a call of "tool read"', 'read'],
  ] as const)('counts %s, in words', (weight, said, words, tool) => {
    const traffic = new Traffic(only({ [weight]: 10 }));
    for (let i = 0; i < 5; i++, traffic.now += 5 * MINUTE)
      expect(traffic.call('read', sent({ url: 'https://a.example' }))).toBeUndefined();
    expect(verdictOf(traffic.call(tool, said()))?.causes[0]?.detail).toContain(`${words} (now) +10`);
  });

  it('takes nothing for new before it knows the caller', () => {
    const traffic = new Traffic(only({ newTool: 10, newPlace: 10 }));
    for (const tool of ['a', 'b', 'c']) expect(traffic.call(tool, sent({ path: `/data/${tool}/x` }))).toBeUndefined();
    expect(verdictOf(traffic.call('d'))?.effect).toBe('Deny');
  });

  it('counts a burst against what is usual for the caller', () => {
    const traffic = new Traffic(only({ burst: 10 }));
    for (let i = 0; i < 30; i++, traffic.now += MINUTE) expect(traffic.call()).toBeUndefined();
    const burst = Array.from({ length: 30 }, () => verdictOf(traffic.call())?.effect);
    expect(burst.indexOf('Deny')).toBeGreaterThanOrEqual(8);
  });

  it('counts findings in answers for the calls that follow', () => {
    const traffic = new Traffic(only({ answerFinding: 10 }));
    expect(traffic.call('fetch', {}, { answerFindings: 2 })).toBeUndefined();
    expect(verdictOf(traffic.call())?.causes[0]?.detail).toContain(
      'findings in an answer of "tool fetch" (a moment ago) +10',
    );
  });

  it.each([
    ['07:00', '19:00', undefined],
    ['13:30', '19:00', undefined],
    ['14:00', '19:00', 'Deny'],
    ['22:00', '06:00', 'Deny'],
    ['22:00', '13:31', undefined],
  ])('knows the usual hours from %s to %s, at half past one in Berlin', (from, to, effect) => {
    const traffic = new Traffic({ ...only({ unusualHour: 10 }), hours: { from, to, timeZone: 'Europe/Berlin' } });
    traffic.now = Date.UTC(2026, 10, 30, 12, 30);
    expect(verdictOf(traffic.call())?.effect).toBe(effect);
  });

  it('is of each session by itself where a pack says so', () => {
    const traffic = new Traffic({ ...only({ destructive: 10 }), per: 'session' });
    expect(verdictOf(traffic.call('read', { destructive: true, session: 'a' }))?.effect).toBe('Deny');
    expect(traffic.call('read', { session: 'b' })).toBeUndefined();
  });
});
