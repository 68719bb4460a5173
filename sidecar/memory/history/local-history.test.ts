import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Op } from '../../../core/history/ops.ts';
import { HistoryStore } from '../../../core/history/store.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { isLater } from './history.ts';
import { LocalHistory } from './local-history.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
  path = join(folder, 'history.state');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const spend = (whom: string, add: number): Op => ({
  ...{ kind: 'window', of: 'ns/pack#budget', whom, windowMs: 3_600_000, limit: 100, add },
});

describe('the past of a gate', () => {
  const asked = [{ op: spend('ada', 100), isAsked: true }];

  it('refuses what depends on it where its file is damaged', async () => {
    writeFileSync(path, 'nonsense\n');
    const told: string[] = [];
    const history = new LocalHistory(new FakeClock());
    history.keep({ path, onProblem() {}, onDamaged: (error) => told.push(error.message) });
    const outcome = history.apply(asked, 'Take');
    if (!isLater(outcome)) throw new Error('it has an outcome');
    expect(await new Promise((resolve) => outcome.done(resolve))).toBeUndefined();
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(path);
  });

  it('goes on where it was, whatever the clock was set to', () => {
    const clock = new FakeClock();
    const before = new LocalHistory(clock);
    before.keep({ path, onProblem() {}, onDamaged() {} });
    expect(before.apply(asked, 'Take')).toMatchObject({ holds: true });
    before.close();
    clock.set(clock.now() - 86_400_000);
    const after = new LocalHistory(clock);
    after.keep({ path, onProblem() {}, onDamaged() {} });
    expect(after.apply(asked, 'Take')).toMatchObject({ holds: false });
    after.close();
  });

  it('says that it is not kept where another process has the file, and goes on', () => {
    const other = new LocalHistory(new FakeClock());
    other.keep({ path, onProblem() {}, onDamaged() {} });
    const problems: unknown[] = [];
    const history = new LocalHistory(new FakeClock());
    history.keep({ path, onProblem: (error) => problems.push(error), onDamaged() {} });
    expect(problems).toHaveLength(1);
    expect(history.apply(asked, 'Take')).toMatchObject({ holds: true });
    other.close();
  });

  it('lets a window pass by the time that has passed, with a clock that was set back', () => {
    const clock = new FakeClock();
    const history = new LocalHistory(clock);
    expect(history.apply(asked, 'Take')).toMatchObject({ holds: true });
    clock.set(clock.now() - 86_400_000);
    clock.advance(60_000);
    expect(history.apply(asked, 'Take')).toMatchObject({ holds: false });
    clock.advance(2 * 3_600_000);
    expect(history.apply(asked, 'Take')).toMatchObject({ holds: true });
  });

  it('lets go of what has run out where it keeps no file, too', () => {
    const [clock, store] = [new FakeClock(), new HistoryStore()];
    const history = new LocalHistory(clock, store);
    const take = (count: number) => {
      for (let i = 0; i < count; i++) history.apply([{ op: spend(`${clock.now()}-${i}`, 1), isAsked: true }], 'Take');
    };
    take(1_000);
    clock.advance(2 * 3_600_000);
    take(200);
    expect(store.size).toBe(200);
  });
});
