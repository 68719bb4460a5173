import { describe, expect, it } from 'vitest';
import { NO_OBLIGATIONS } from '../../core/policy/verdict.ts';
import type { AnswerTerms } from './answer-terms.ts';
import { type Asked, AskedTable } from './asked.ts';

const TERMS: AnswerTerms = {
  method: 'tools/call',
  tool: undefined,
  rule: undefined,
  rules: [],
  obligations: NO_OBLIGATIONS,
  content: undefined,
  keeps: undefined,
  clears: [],
  taskTool: undefined,
  taskPast: undefined,
  past: undefined,
  declares: undefined,
};
const dispatched = (table: AskedTable, id: string | number): Asked => {
  const asked = table.claim(id);
  asked.dispatch(TERMS);
  return asked;
};

describe('the requests of a client', () => {
  it('keep the id of an open one, however many come after it', () => {
    const table = new AskedTable();
    const first = dispatched(table, 'first');
    for (let i = 0; i < 5_000; i++) dispatched(table, i).answer();
    expect(table.isOpen('first')).toBe(true);
    expect(table.awaiting('first')).toBe(first);
    expect(table.size).toBe(1);
  });

  it('await no answer before the server has been asked', () => {
    const table = new AskedTable();
    const held = table.claim(7);
    expect(table.awaiting(7)).toBeUndefined();
    held.dispatch(TERMS);
    expect(table.awaiting(7)).toBe(held);
  });

  it('await one answer and no second one', () => {
    const table = new AskedTable();
    dispatched(table, 7).answer();
    expect(table.awaiting(7)).toBeUndefined();
    expect(table.isOpen(7)).toBe(false);
  });

  it('whose client has left await their answer still, and their id is free', () => {
    const table = new AskedTable();
    const left = dispatched(table, 7);
    left.leave();
    expect(table.isOpen(7)).toBe(false);
    expect(table.awaiting(7)).toBe(left);
    left.answer();
    expect(table.awaiting(7)).toBeUndefined();
  });

  it('that are answered may be answered once more on a stream that is resumed', () => {
    const table = new AskedTable();
    const asked = dispatched(table, 7);
    asked.answer();
    expect(table.replayed(7)).toBe(asked);
    expect(table.replayed(8)).toBeUndefined();
    const held = table.claim(7);
    expect(table.replayed(7)).toBeUndefined();
    held.dispatch(TERMS);
    expect(table.replayed(7)).toBe(held);
  });

  it('get nothing of what is said to an older one of the same id', () => {
    const table = new AskedTable();
    const old = dispatched(table, 7);
    old.leave();
    const held = table.claim(7);
    expect(table.awaiting(7)).toBeUndefined();
    expect([old.holdsId, held.holdsId]).toEqual([false, true]);
  });

  it('are found under the other spelling of a number, which careless servers use', () => {
    const table = new AskedTable();
    const asked = dispatched(table, 7);
    expect(table.awaiting('7')).toBe(asked);
    expect(table.awaiting('8')).toBeUndefined();
    const text = dispatched(table, '7');
    expect(table.awaiting('7')).toBe(text);
  });

  it('of several clients of one name may have one id, and each gets its answer', () => {
    const table = new AskedTable();
    const [a, b] = [dispatched(table, 1), dispatched(table, 1)];
    table.takeBack(1);
    expect(table.size).toBe(2);
    a.answer();
    expect(table.awaiting(1)).toBe(b);
    b.answer();
    expect([table.size, table.isOpen(1)]).toEqual([0, false]);
  });

  it('forgets those whose clients have left when there are very many', () => {
    const table = new AskedTable();
    for (let i = 0; i < 5_000; i++) dispatched(table, i).leave();
    expect(table.awaiting(0)).toBeUndefined();
    expect(table.awaiting(4_999)).toBeDefined();
    expect(table.size).toBe(0);
  });

  // Few are looked through, many are found by id; what is said of them is the same while there come to be more and fewer.
  it('are the same few or many, whatever ids they have and in whatever order they end', () => {
    for (const many of [5, 33, 200]) {
      const table = new AskedTable();
      const ids = ['__proto__', 'constructor', '', '1', 1, 0, '0'];
      const named = ids.map((id) => dispatched(table, id));
      const others = Array.from({ length: many }, (_, i) => dispatched(table, 10 + i));
      expect(ids.map((id) => table.awaiting(id))).toEqual(named);
      const second = dispatched(table, 1);
      expect(table.awaiting(1)).toBe(named[4]);
      named[4]?.answer();
      expect(table.awaiting(1)).toBe(second);
      table.takeBack('1');
      expect([table.isOpen('1'), table.isOpen(1)]).toEqual([false, true]);
      for (const other of others) other.answer();
      expect(table.open()).toEqual([...named.slice(0, 3), ...named.slice(5), second]);
      expect(others.some((other) => table.isOpen(other.id))).toBe(false);
      for (const asked of table.open()) asked.answer();
      expect([table.size, ids.some((id) => table.isOpen(id))]).toEqual([0, false]);
    }
  });

  it('cost the same to find, however many of them are open', () => {
    const took = (open: number): number => {
      const table = new AskedTable();
      for (let i = 0; i < open; i++) dispatched(table, `${'a'.repeat(200)}${String(i).padStart(6, '0')}`);
      const start = performance.now();
      for (let i = 0; i < 500; i++) {
        const id = `${'a'.repeat(200)}${String(open + i).padStart(6, '0')}`;
        if (!table.isOpen(id)) dispatched(table, id);
        table.awaiting(id)?.answer();
      }
      return performance.now() - start;
    };
    const best = (open: number): number => Math.min(...Array.from({ length: 5 }, () => took(open)));
    expect(best(4_000)).toBeLessThan(20 * best(10) + 5);
  });
});
