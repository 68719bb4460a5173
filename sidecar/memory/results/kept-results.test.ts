import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { KeptResults } from './kept-results.ts';
import { ResultStore } from './result-store.ts';

const results = (): KeptResults => new KeptResults(new ResultStore(new FakeClock(), { fits: () => true }));
const definition = (annotations?: unknown, about: object = {}): Buffer =>
  Buffer.from(JSON.stringify({ name: 'get', annotations, ...about }));

describe('results of a tool', () => {
  it.each<[annotations: unknown, byDefault: boolean, byName: boolean]>([
    [{ readOnlyHint: true }, true, true],
    [{ readOnlyHint: true, destructiveHint: false }, true, true],
    [undefined, false, true],
    [null, false, true],
    [{}, false, true],
    [{ destructiveHint: false }, false, true],
    [{ readOnlyHint: false }, false, false],
    [{ readOnlyHint: true, destructiveHint: true }, false, false],
    [{ destructiveHint: true }, false, false],
    [{ readOnlyHint: 'yes' }, false, false],
    ['read-only', false, false],
  ])('that says %j are kept: %s, where its name is trusted: %s', (annotations, byDefault, byName) => {
    const table = results();
    table.listed('get', definition(annotations));
    const isKept = (trustsNames: boolean): boolean => table.definitionOf('get', { trustsNames }) !== undefined;
    expect([isKept(false), isKept(true)]).toEqual([byDefault, byName]);
  });

  it('of which nothing was listed, or nothing that can be read in one way, are not kept', () => {
    const table = results();
    expect(table.definitionOf('get', { trustsNames: true })).toBeUndefined();
    table.listed('get', Buffer.from('{"name":"get","name":"set"}'));
    expect(table.definitionOf('get', { trustsNames: true })).toBeUndefined();
  });

  it('are others once its definition is another one', () => {
    const table = results();
    const of = (): string | undefined => table.definitionOf('get', { trustsNames: false });
    table.listed('get', definition({ readOnlyHint: true }));
    const before = of();
    table.listed('get', definition({ readOnlyHint: true }));
    expect(of()).toBe(before);
    table.listed('get', definition({ readOnlyHint: true }, { description: 'other' }));
    expect(of()).not.toBe(before);
  });

  it('at another port are by what that server says', () => {
    const table = results();
    table.listed('get', definition({ readOnlyHint: true }));
    const other = table.at('admin');
    expect([other.definitionOf('get', { trustsNames: true }), other.store === table.store]).toEqual([undefined, true]);
  });
});
