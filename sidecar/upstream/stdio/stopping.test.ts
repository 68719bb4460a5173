import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Stoppable, Stopping } from './stopping.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class Child implements Stoppable {
  readonly #gone = Promise.withResolvers<void>();
  isKilled = false;

  stop(): Promise<void> {
    return this.#gone.promise;
  }

  kill(): void {
    this.isKilled = true;
  }

  async goes(): Promise<void> {
    this.#gone.resolve();
    await vi.advanceTimersByTimeAsync(0);
  }
}

function add(stopping: Stopping, count: number): Child[] {
  const children = Array.from({ length: count }, () => new Child());
  for (const child of children) stopping.add(child);
  return children;
}
const killed = (children: Child[]): number => children.filter(({ isKilled }) => isKilled).length;

test('as many as have their time have it, and then the oldest is killed', () => {
  const stopping = new Stopping();
  const children = add(stopping, 32);
  expect(killed(children)).toBe(0);
  children.push(...add(stopping, 2));
  expect(killed(children)).toBe(2);
  expect(children.slice(0, 2).every(({ isKilled }) => isKilled)).toBe(true);
});

test('one that goes by itself leaves its time to another', async () => {
  const stopping = new Stopping();
  const children = add(stopping, 32);
  await children[5]?.goes();
  children.push(...add(stopping, 1));
  expect(killed(children)).toBe(0);
});

test('it is full when too many that were killed are not gone', async () => {
  const stopping = new Stopping();
  const children = add(stopping, 63);
  expect(stopping.isFull).toBe(false);
  children.push(...add(stopping, 1));
  expect(stopping.isFull).toBe(true);
  await children[0]?.goes();
  expect(stopping.isFull).toBe(false);
});

describe('room', () => {
  test('is had by one caller for each that goes, in their order', async () => {
    const stopping = new Stopping();
    const children = add(stopping, 64);
    const had: string[] = [];
    void stopping.room().then((isThere) => had.push(`first ${isThere}`));
    void stopping.room().then((isThere) => had.push(`second ${isThere}`));
    await children[0]?.goes();
    expect(had).toEqual(['first true']);
    await children[1]?.goes();
    expect(had).toEqual(['first true', 'second true']);
  });

  test('is not waited for longer than ten seconds, and then taken by the next', async () => {
    const stopping = new Stopping();
    const children = add(stopping, 64);
    const had: boolean[] = [];
    void stopping.room().then((isThere) => had.push(isThere));
    await vi.advanceTimersByTimeAsync(9_999);
    expect(had).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(had).toEqual([false]);
    void stopping.room().then((isThere) => had.push(isThere));
    await children[0]?.goes();
    expect(had).toEqual([false, true]);
  });

  test('is none where one goes that had its time still', async () => {
    const stopping = new Stopping();
    const children = add(stopping, 64);
    const had: boolean[] = [];
    void stopping.room().then((isThere) => had.push(isThere));
    await children[63]?.goes();
    expect(had).toEqual([]);
  });
});

test('all are gone when those that were killed are, too', async () => {
  const stopping = new Stopping();
  const children = add(stopping, 33);
  let gone = false;
  void stopping.all().then(() => (gone = true));
  for (const child of children.slice(1)) await child.goes();
  expect(gone).toBe(false);
  await children[0]?.goes();
  expect(gone).toBe(true);
});
