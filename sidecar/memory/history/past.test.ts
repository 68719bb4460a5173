import { describe, expect, it } from 'vitest';
import type { Seen, Wanted } from '../../../core/history/ops.ts';
import { JsonView } from '../../../core/mcp/json-view.ts';
import type { Part } from '../../../core/policy/history/rule.ts';
import { Past } from './past.ts';

const wanted = (of: string): Wanted => ({
  op: { kind: 'mark', of, whom: 'ada', forMs: 1, note: '' },
  isAsked: true,
});
const part = (rule: string, said: Partial<Part> = {}): Part => ({
  ...{ rule, shadow: false, ops: [wanted(rule)], judge: () => undefined, ...said },
});
const ANSWER = { ok: true, bytes: 10, result: undefined, now: 0 };
const END = { refused: false, answerFindings: 0, reason: 'answered', now: 0 };

describe('what a call has to do with the past', () => {
  it('is asked for by each rule, and written without being asked for by those in shadow', () => {
    const past = new Past([part('one'), part('two', { shadow: true })]);
    expect(past.wanted(false).map(({ isAsked }) => isAsked)).toEqual([true, false]);
  });

  it('shows each rule what was seen for it', () => {
    const seen: unknown[] = [];
    const judge: Part['judge'] = (own) => {
      seen.push(own);
      return undefined;
    };
    const past = new Past([part('one', { judge, ops: [wanted('a'), wanted('b')] }), part('two', { judge })]);
    const [a, b, c] = [0, 1, 2].map((sum) => ({ kind: 'sum', holds: true, sum, waitMs: 0, resetMs: 0 }) as const);
    past.judge({ holds: true, seen: [a, b, c].flatMap((one) => one ?? []) }, 0);
    expect(seen).toEqual([[a, b], [c]]);
  });

  it('no longer asks for what a person has agreed to', () => {
    const held = part('one');
    const past = new Past([held, part('two')]);
    past.hold(held);
    expect(past.wasHeld(held)).toBe(true);
    expect(past.wanted(true).map(({ isAsked }) => isAsked)).toEqual([false, true]);
    expect(past.wanted(false).map(({ isAsked }) => isAsked)).toEqual([true, true]);
  });

  it('learns of its answer once, and only where it was sent', () => {
    const onAnswer = (): readonly Wanted[] => [wanted('bytes')];
    const past = new Past([part('one', { onAnswer })]);
    expect(past.onAnswer(ANSWER)).toEqual([]);
    past.take({ holds: true, seen: [] });
    expect(past.onAnswer(ANSWER)).toEqual([{ ...wanted('bytes'), isAsked: false }]);
    expect(past.onAnswer(ANSWER)).toEqual([]);
  });

  it('learns of its end once, however it ended', () => {
    const past = new Past([part('one', { onEnd: () => [wanted('end')] }), part('two')]);
    expect(past.onEnd(END)).toHaveLength(1);
    expect(past.onEnd(END)).toEqual([]);
  });

  it('lets go of what was sent once it goes on as a task, and still hears what is said', () => {
    const gone: string[] = [];
    const left = [{ remaining: 1 }] as never;
    const one = part('one', { left: () => left, release: () => void gone.push('one'), onSaid: () => [wanted('said')] });
    const past = new Past([one], () => void gone.push('all'));
    past.take({ holds: true, seen: [] });
    past.release();
    expect([gone, past.left()]).toEqual([['one', 'all'], left]);
    const said = JsonView.of(Buffer.from('{"a":1}'))!;
    expect([past.onSaid(said).length, past.onSaid(said).length]).toEqual([1, 0]);
  });

  it('knows what was spent when it was sent, and by its answer', () => {
    const spent = (milli: number) => ({ budget: 'day', shadow: false, milli, price: undefined, reached: undefined });
    const onAnswer = (): readonly Wanted[] => [wanted('bytes')];
    const sumOf = (seen: readonly Seen[]): number => (seen[0]?.kind === 'sum' ? seen[0].sum : 0);
    const paid: Partial<Part> = {
      onAnswer,
      onWritten: (seen) => spent(sumOf(seen)),
      onAnswerWritten: (seen, { bytes }) => spent(sumOf(seen) + bytes),
    };
    const past = new Past([part('one'), part('two', paid), part('three', { onAnswer }), part('four', paid)]);
    const seen = [1, 2, 3, 4].map((sum) => ({ kind: 'sum', holds: true, sum, waitMs: 0, resetMs: 0 }) as const);
    expect(past.take({ holds: true, seen }).map(({ milli }) => milli)).toEqual([2, 4]);
    expect(past.onAnswer(ANSWER)).toHaveLength(3);
    // Of what is not written yet, it is known what it comes to.
    expect(past.spent.map(({ milli }) => milli)).toEqual([2, 4, 10, 10]);
    expect(past.answered({ holds: true, seen: seen.slice(0, 3) }, ANSWER).map(({ milli }) => milli)).toEqual([11, 13]);
    expect(past.spent.map(({ milli }) => milli)).toEqual([2, 4, 11, 13]);
  });
});
