/** The engine against a reference that keeps every call and looks through all of them each time. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PolicyPackInput } from '../../../api/policy-pack.ts';
import { parseDuration } from '../../../duration.ts';
import { ada, pack, policyOf } from '../../testing/gen.ts';
import { Player } from '../../testing/player.ts';

type Sequence = NonNullable<PolicyPackInput['spec']['sequences']>[number];

interface Sent {
  readonly tool: string;
  readonly who: string;
  readonly session: string;
  readonly id: string;
  readonly ok: boolean;
  readonly at: number;
  readonly answeredAt: number;
}
type Asked = Omit<Sent, 'answeredAt'>;

const TOOLS = ['a', 'b', 'c', 'd'];
const SECOND = 1000;
/** A call that takes longer counts from its answer on as well. */
const LONG = 1000;

const some = fc.subarray(TOOLS, { minLength: 1, maxLength: 2 }).map((tools) => ({ tools }));
const within = fc.constantFrom('1s', '5s', '20s');
const common = { within, per: fc.constantFrom('principal' as const, 'session' as const) };
const match = { argument: 'id', equals: { result: '/id' } };
const sequence: fc.Arbitrary<Sequence> = fc.oneof(
  fc.record({ require: some, before: some, ...common }),
  fc.record({ require: some, before: some, uses: fc.constant(1), ...common }),
  fc.record({ require: some, before: some, match: fc.constant(match), ...common }),
  fc.record({ after: some, forbid: some, ...common }),
  fc.record({ after: some, followedBy: fc.array(some, { minLength: 1, maxLength: 2 }), forbid: some, ...common }),
  fc.record({ order: fc.shuffledSubarray(TOOLS, { minLength: 2 }), ...common }),
  fc
    .record({ of: some, moreThan: fc.integer({ min: 1, max: 3 }), within })
    .map((count) => ({ count, per: 'principal' as const })),
);

const step = fc.record({
  tool: fc.constantFrom(...TOOLS),
  who: fc.constantFrom('ada', 'bob'),
  session: fc.constantFrom('s1', 's2'),
  id: fc.constantFrom('x', 'y'),
  ok: fc.boolean(),
  wait: fc.constantFrom(0, 1, 300, SECOND - 1, SECOND, 4 * SECOND, 5 * SECOND, 21 * SECOND),
  takes: fc.constantFrom(0, 0, 0, SECOND, 6 * SECOND),
});

it('law: it says the same as a reference that keeps everything', () => {
  fc.assert(
    fc.property(
      fc.array(sequence, { minLength: 1, maxLength: 4 }),
      fc.array(step, { maxLength: 40 }),
      (said, steps) => {
        // What never can be met is refused in a pack, and no less right for that.
        const rules = said.map((one, i): Sequence => ({ ...one, name: `r${i}`, effect: 'Deny' }));
        const player = new Player(policyOf(...rules.map((rule, i) => packOf(rule, i))));
        const past: Sent[] = [];
        for (const { tool, who, session, id, ok, wait, takes } of steps) {
          player.now += wait;
          const asked: Asked = { tool, who, session, id, ok, at: player.now };
          const { against, isSent } = player.play({
            ...{ tool, session, takes, who: { ...ada, name: who } },
            ...{ args: { id }, result: ok ? { structuredContent: { id } } : null },
          });
          const refusing = new Set(against.flatMap(({ verdict }) => verdict.rules.map((rule) => rule.split('#')[1])));
          for (const rule of rules) expectSame(rule, asked, past, refusing.has(rule.name));
          if (isSent) past.push({ ...asked, answeredAt: player.now });
        }
      },
    ),
    { numRuns: 400 },
  );
});

function packOf(rule: Sequence, i: number) {
  // Two rules of two packs may contradict each other, and one alone does only where it is about the same calls.
  const { require, before } = rule;
  const isNever = require !== undefined && require.tools?.every((tool) => before?.tools?.includes(tool));
  const parsed = pack({ sequences: isNever ? [] : [rule] }, `p${i}`);
  return isNever ? { ...parsed, spec: { ...parsed.spec, sequences: [parsedOf(rule)] } } : parsed;
}

/** As if it were in no contradiction. */
function parsedOf(rule: Sequence) {
  const [parsed] = pack({ sequences: [{ ...rule, effect: 'Log' }] }).spec.sequences ?? [];
  if (parsed === undefined) throw new Error('nothing was parsed');
  return { ...parsed, effect: 'Deny' as const };
}

function expectSame(rule: Sequence, asked: Asked, past: readonly Sent[], isRefused: boolean): void {
  const own = past.filter(
    ({ who, session }) => who === asked.who && (rule.per !== 'session' || session === asked.session),
  );
  const [strict, mild] = bounds(rule, asked, own);
  if (strict) expect(isRefused).toBe(true);
  if (!mild) expect(isRefused).toBe(false);
}

/** Whether it has to be refused, and whether it may be: these differ only in what a window forgets late. */
function bounds(rule: Sequence, asked: Asked, own: readonly Sent[]): readonly [boolean, boolean] {
  const { require, before, after, forbid, count, order } = rule;
  const ms = parseDuration(count?.within ?? rule.within ?? '');
  if (count !== undefined) {
    if (!isOne(count.of, asked)) return [false, false];
    const sentWithin = (time: number) => own.filter((one) => isOne(count.of, one) && asked.at - one.at < time).length;
    return [sentWithin(ms) >= count.moreThan, sentWithin((ms * 17) / 16 + 1) >= count.moreThan];
  }
  const refused =
    require === undefined
      ? after === undefined
        ? !isNext(order ?? [], asked, own, ms)
        : isOne(forbid, asked) && reached([after, ...(rule.followedBy ?? [])], own, asked.at, ms)
      : isOne(before, asked) && !isMet(rule, asked, own, ms);
  return [refused, refused];
}

function isMet(rule: Sequence, asked: Asked, own: readonly Sent[], ms: number): boolean {
  return own.some(
    (one, i) =>
      isOne(rule.require, one) &&
      one.ok &&
      asked.at - one.answeredAt < ms &&
      (rule.match === undefined || one.id === asked.id) &&
      (rule.uses === undefined || !own.slice(i + 1).some((other) => isOne(rule.before, other))),
  );
}

function isNext(order: readonly string[], asked: Asked, own: readonly Sent[], ms: number): boolean {
  const place = order.indexOf(asked.tool);
  if (place <= 0) return true;
  const last = own.findLast(({ tool, ok }) => ok && order.includes(tool));
  return last !== undefined && last.tool === order[place - 1] && asked.at - last.answeredAt < ms;
}

/** Whether the last of some stages was reached within the time before a moment. */
function reached(stages: readonly Sequence['after'][], own: readonly Sent[], moment: number, ms: number): boolean {
  const [stage, earlier] = [stages.at(-1), stages.slice(0, -1)];
  return own.some((one, i) => {
    if (!isOne(stage, one)) return false;
    const before = own.slice(0, i);
    const isReached = (at: number): boolean => earlier.length === 0 || reached(earlier, before, at, ms);
    const isLong = one.answeredAt - one.at >= LONG && !isOne(earlier.at(-1), one);
    return (
      (moment - one.at < ms && isReached(one.at)) ||
      (isLong && moment - one.answeredAt < ms && isReached(one.answeredAt))
    );
  });
}

function isOne(members: Sequence['after'], { tool }: { readonly tool: string }): boolean {
  return members?.tools?.includes(tool) === true;
}
