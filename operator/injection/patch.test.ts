import * as fc from 'fast-check';
import { applyPatch } from 'rfc6902';
import { describe, expect, it } from 'vitest';
import { createPatch } from './patch.ts';

/** The reference of RFC 6902 applies what ours made; a copy, since it stores the values it is given. */
function apply(before: unknown, after: unknown): unknown {
  const document = { document: structuredClone(before) };
  const patch = createPatch(before, after).map(({ path, ...rest }) =>
    Object.assign(rest, { path: `/document${path}` }),
  );
  const errors = applyPatch(document, structuredClone(patch));
  expect(errors.filter((error) => error !== null)).toEqual([]);
  return document.document;
}

describe('a patch', () => {
  it.each<[what: string, before: unknown, after: unknown, patch: unknown[]]>([
    ['nothing', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
    ['a new field', {}, { a: 1 }, [{ op: 'add', path: '/a', value: 1 }]],
    ['a field that is gone', { a: 1 }, {}, [{ op: 'remove', path: '/a' }]],
    ['an element at the end', ['a'], ['a', 'b'], [{ op: 'add', path: '/1', value: 'b' }]],
    [
      'elements before the end',
      ['a', 'z'],
      ['a', 'b', 'c', 'z'],
      [
        { op: 'add', path: '/1', value: 'b' },
        { op: 'add', path: '/2', value: 'c' },
      ],
    ],
    ['an element in the middle that goes', ['a', 'b', 'z'], ['a', 'z'], [{ op: 'remove', path: '/1' }]],
    ['a field of an element', [{ a: 1, b: 2 }], [{ a: 1 }], [{ op: 'remove', path: '/0/b' }]],
    ['keys with / and ~', {}, { 'a/b~c': 1 }, [{ op: 'add', path: '/a~1b~0c', value: 1 }]],
    ['null for an object', { a: {} }, { a: null }, [{ op: 'replace', path: '/a', value: null }]],
    ['a list for an object', { a: {} }, { a: [] }, [{ op: 'replace', path: '/a', value: [] }]],
  ])('says %s', (_what, before, after, patch) => {
    expect(createPatch(before, after)).toEqual(patch);
  });

  it('leads from anything to anything', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
        // What RFC 6902's reference refuses to write, and no field of Kubernetes may be called.
        fc.pre(!JSON.stringify([before, after]).includes('__proto__'));
        const [plainBefore, plainAfter] = [before, after].map((value) => JSON.parse(JSON.stringify(value)) as unknown);
        expect(apply(plainBefore, plainAfter)).toEqual(plainAfter);
      }),
      { numRuns: 2000 },
    );
  });

  it('leads from any list to any other', () => {
    const list = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
    fc.assert(
      fc.property(list, list, (before, after) => {
        expect(apply(before, after)).toEqual(after);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no longer for a list of many thousands', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => ({ name: `v${i}`, emptyDir: {} }));
    const began = performance.now();
    expect(createPatch({ many }, { many: [...structuredClone(many), { name: 'x' }] })).toHaveLength(1);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
