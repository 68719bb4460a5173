import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { leafHash } from '../../core/audit/tree/compact-range.ts';
import { MarkedTree } from '../../core/audit/tree/marked-tree.ts';
import { isConsistent, type TreeHead } from '../../core/audit/tree/verify-proof.ts';
import { SYSTEM_CLOCK } from '../clock.ts';
import { OperatorDouble } from '../testing/operator-double.ts';
import { OperatorClient } from './client.ts';
import { WitnessLink } from './witness-link.ts';

const leaf = (n: number) => leafHash(n.toString(16).padStart(64, '0'));

/** A witness that holds what it has cosigned, over the real protocol. */
class HonestWitness {
  held: TreeHead = { size: 0, root: new Uint8Array() };
  readonly sizes: number[] = [];

  answer(body: Record<string, unknown>, roots: ReadonlyMap<number, Uint8Array>) {
    const { old, proof, checkpoint } = body as { old: number; proof: string[]; checkpoint: string };
    if (old !== this.held.size) return { status: 409, body: { size: this.held.size } };
    const size = Number(checkpoint.split('\n')[1]);
    const newer = { size, root: roots.get(size) ?? new Uint8Array() };
    const hashes = proof.map((hash) => Buffer.from(hash, 'base64'));
    if (!isConsistent(this.held, newer, hashes)) return { status: 422, body: { error: 'it forks' } };
    this.held = newer;
    this.sizes.push(size);
    return { status: 200, body: { size, cosignatures: `— w ${size}\n` } };
  }
}

let operator: OperatorDouble;
let client: OperatorClient;
let link: WitnessLink;
let tree: MarkedTree;
let witness: HonestWitness;
const roots = new Map<number, Uint8Array>();
const events = { onWitnessed: vi.fn(), onFailure: vi.fn() };
const witnessed = () => events.onWitnessed.mock.calls.map(([note]) => Number((note as string).split('\n')[1]));
const failures = () => events.onFailure.mock.calls.map(([reason]) => reason as string);

beforeEach(async () => {
  vi.clearAllMocks();
  operator = await OperatorDouble.start();
  client = new OperatorClient(operator, SYSTEM_CLOCK);
  tree = new MarkedTree();
  witness = new HonestWitness();
  operator.witness = (body) => witness.answer(body, roots);
  link = new WitnessLink(client, tree, events, { everyMs: 20, firstMs: 10 });
});
afterEach(async () => {
  link.stop();
  await client.close();
  await operator.close();
});

/** So many more lines are signed. */
function grow(by: number): number {
  for (let n = 0; n < by; n += 1) tree.append(leaf(tree.end));
  tree.mark();
  roots.set(tree.end, tree.root());
  link.offer(`s\n${tree.end}\nroot\n\n— gate\n`, tree.end);
  return tree.end;
}

const until = (size: number) => vi.waitFor(() => expect(witnessed().at(-1)).toBe(size), { timeout: 5_000 });

test('each goes on from the one before, and the note has the cosignature below', async () => {
  for (const by of [3, 1, 4, 9]) await until(grow(by));
  expect(witness.sizes).toEqual([3, 4, 8, 17]);
  expect(events.onWitnessed.mock.calls[0]?.[0]).toBe('s\n3\nroot\n\n— gate\n— w 3\n');
  expect(failures()).toEqual([]);
});

test('what is signed while an answer is waited for is covered by the newest', async () => {
  for (let n = 0; n < 50; n += 1) grow(1);
  await until(50);
  expect(witness.sizes.length).toBeLessThan(10);
});

test('while the operator is away nothing is lost: the newest goes on from the last that was held, an hour later', async () => {
  await until(grow(5));
  await operator.down();
  for (let n = 0; n < 720; n += 1) grow(1);
  await vi.waitFor(() => expect(failures()).toContain('unreachable'));
  await operator.listen();
  await until(725);
  expect(witness.held.size).toBe(725);
  expect(new Set(failures())).toEqual(new Set(['unreachable']));
});

describe('an answer that was lost', () => {
  test('is asked for again', async () => {
    const honest = operator.witness;
    operator.witness = (body) => {
      operator.witness = honest;
      honest?.(body);
      return { status: 503, body: { error: 'the answer is lost' } };
    };
    grow(5);
    // The witness holds five, and hears of a proof from nothing.
    await until(grow(4));
    expect(failures()).toEqual(['unreachable']);
  });

  test('of a witness that has lost everything begins anew', async () => {
    await until(grow(5));
    witness.held = { size: 0, root: new Uint8Array() };
    await until(grow(4));
    expect(failures()).toEqual([]);
  });
});

describe('what is said of it', () => {
  test.each([
    [422, { error: 'other lines were cosigned' }, 'fork', /HTTP 422: other lines were cosigned/],
    [409, { size: 99 }, 'fork', /99 lines are witnessed, and only 3 were signed here/],
    [403, { error: 'another key' }, 'refused', /another key/],
    [400, {}, 'refused', /HTTP 400/],
    [507, { error: 'no room' }, 'unreachable', /no room/],
    [200, {}, 'unreachable', /HTTP 200/],
    [409, {}, 'unreachable', /HTTP 409/],
  ])('after %i with %o it is %s', async (status, body, reason, says) => {
    operator.witness = () => ({ status, body });
    grow(3);
    await vi.waitFor(() => expect(events.onFailure).toHaveBeenCalled());
    expect(events.onFailure.mock.calls[0]).toEqual([reason, expect.stringMatching(says)]);
    expect(witnessed()).toEqual([]);
  });

  test('a witness that holds a size that was never signed here is a fork', async () => {
    grow(3);
    await until(3);
    witness.held = { size: 4, root: leaf(9) };
    grow(4);
    await vi.waitFor(() => expect(failures()).toEqual(['fork']));
  });

  test('a witness that was set back for a while is asked again, with what was proven last', async () => {
    await until(grow(3));
    const known = witness.held;
    witness.held = { size: 2, root: leaf(9) };
    grow(4);
    await vi.waitFor(() => expect(failures()).toEqual(['fork']));
    witness.held = known;
    await link.finish(5_000);
    expect(witnessed()).toEqual([3, 7]);
  });

  test('an operator that is no witness is no failure', async () => {
    operator.witness = undefined;
    grow(3);
    await vi.waitFor(() => expect(operator.requests).toHaveLength(1));
    await sleep(50);
    expect(failures()).toEqual([]);
  });
});

describe('at the end', () => {
  test('the last one is shown at once, and waited for', async () => {
    link = new WitnessLink(client, tree, events, { everyMs: 60_000, firstMs: 10 });
    await until(grow(3));
    grow(2);
    await link.finish(5_000);
    expect(witnessed()).toEqual([3, 5]);
  });

  test('an operator that does not answer holds nobody up', async () => {
    operator.goWrong(/checkpoints/, 'hang');
    grow(3);
    const began = performance.now();
    await link.finish(100);
    expect(performance.now() - began).toBeLessThan(2_000);
    grow(1);
    expect(witnessed()).toEqual([]);
  });

  test('where nothing is new, nothing is waited for', async () => {
    await until(grow(3));
    await link.finish(60_000);
    expect(witnessed()).toEqual([3]);
  });
});
