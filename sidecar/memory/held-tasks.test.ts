import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ada } from '../../core/policy/testing/gen.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { type HeldTask, HeldTasks } from './held-tasks.ts';

const bob = { ...ada, name: 'bob' };
const MINUTE = 60_000;
let clock: FakeClock;
let tasks: HeldTasks;
beforeEach(() => {
  vi.useFakeTimers();
  clock = new FakeClock();
  tasks = new HeldTasks(clock, 100);
});
afterEach(() => void vi.useRealTimers());

const begin = (principal = ada): HeldTask => tasks.begin(principal, clock.now() + MINUTE, 'waits');
const result = (text = '{}') => ({ result: text, failed: false });
const pass = (ms: number): void => {
  clock.advance(ms);
  vi.advanceTimersByTime(ms);
};

describe('a task', () => {
  it('says how it stands, for as long as its approval and its outcome are kept', () => {
    const task = begin();
    const at = clock.now();
    const state = { taskId: 'n', status: 'working', statusMessage: 'waits', createdAt: at, lastUpdatedAt: at };
    expect(task.state('n')).toMatchObject({ ...state, ttlMs: 16 * MINUTE, outcome: undefined });
    clock.advance(10 * MINUTE);
    task.ends(result());
    const ended = { status: 'completed', createdAt: at, lastUpdatedAt: clock.now(), ttlMs: 25 * MINUTE };
    expect(task.state('n')).toMatchObject({ ...ended, outcome: result() });
  });

  it.each<[string, (task: HeldTask) => void, string]>([
    ['with a result', (task) => task.ends(result()), 'completed'],
    ['with an error', (task) => task.ends({ error: '{}' }), 'failed'],
    ['by being cancelled', (task) => task.cancel(), 'cancelled'],
  ])('is over once: %s', (_name, end, status) => {
    const task = begin();
    let told = 0;
    task.whenOver(() => told++);
    end(task);
    task.says('no more');
    task.ends({ error: 'late' });
    task.cancel();
    task.continuesAs('own');
    expect([task.state('n').status, task.isOver, told]).toEqual([status, true, 1]);
    expect(task.state('n').statusMessage).not.toBe('no more');
  });

  it('stops whoever works on it when it is cancelled, and nobody when it ends', () => {
    const stopped: string[] = [];
    const [first, second] = [begin(), begin()];
    first.onCancel = () => stopped.push('first');
    second.onCancel = () => stopped.push('second');
    first.cancel();
    second.ends(result());
    second.cancel();
    expect(stopped).toEqual(['first']);
  });

  it('is worked on while somebody asks; else once somebody asks again', async () => {
    const task = begin();
    await task.somebodyAsks();
    clock.advance(30_000);
    let isThere = false;
    const asked = task.somebodyAsks().then(() => (isThere = true));
    await Promise.resolve();
    expect(isThere).toBe(false);
    task.asked();
    await asked;
    await task.somebodyAsks();
  });
});

describe('the tasks of a gate', () => {
  it('are found by whom they are for', () => {
    const task = begin();
    expect(tasks.find(task.id, ada)).toBe(task);
    expect(tasks.find(task.id, bob)).toBeUndefined();
    expect(tasks.find('own', ada)).toBeUndefined();
  });

  it('are cancelled and forgotten when nobody has fetched them in time', () => {
    const [waits, ended] = [begin(), begin()];
    pass(10 * MINUTE);
    ended.ends(result());
    pass(6 * MINUTE);
    expect([tasks.find(waits.id, ada), waits.state('n').status]).toEqual([undefined, 'cancelled']);
    expect(tasks.find(ended.id, ada)).toBe(ended);
    pass(9 * MINUTE);
    expect(tasks.find(ended.id, ada)).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('give up what was over first, where outcomes become too many', () => {
    const [first, second, third] = [begin(), begin(), begin()];
    second.ends(result('x'.repeat(60)));
    first.ends(result('x'.repeat(30)));
    third.ends(result('x'.repeat(60)));
    expect([first, second, third].map(({ id }) => tasks.find(id, ada) !== undefined)).toEqual([true, false, true]);
    // One that is larger than all that there is room for is kept as long as it is the last.
    begin().ends(result('x'.repeat(200)));
    expect([first, third].map(({ id }) => tasks.find(id, ada))).toEqual([undefined, undefined]);
  });

  it('have at most two hundred of one principal: the oldest is cancelled', () => {
    const [first, other] = [begin(), begin(bob)];
    for (let i = 0; i < 200; i++) begin();
    expect([first.state('n').status, tasks.find(first.id, ada)]).toEqual(['cancelled', undefined]);
    expect(tasks.find(other.id, bob)).toBe(other);
  });

  it('are known by their first name when the server goes on with them', () => {
    const task = begin();
    expect([tasks.hasNames, tasks.nameOf('own', ada)]).toEqual([false, undefined]);
    task.continuesAs('own');
    expect([task.serverTask, tasks.hasNames, tasks.nameOf('own', ada), tasks.nameOf('own', bob)]).toEqual([
      ...['own', true, task.id, undefined],
    ]);
    pass(16 * MINUTE);
    expect([tasks.hasNames, tasks.nameOf('own', ada)]).toEqual([false, undefined]);
  });
});
