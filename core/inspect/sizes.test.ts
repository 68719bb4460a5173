import { describe, expect, it } from 'vitest';
import { inspectSizes, NO_LIMITS, type SizeLimits } from './sizes.ts';

const found = (value: unknown, limits: Partial<SizeLimits>, most = 8) =>
  inspectSizes(
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    { ...NO_LIMITS, ...limits },
    most,
  ).map(({ reason, pointer }) => `${reason} ${pointer}`);
const list = (items: number): number[] => Array.from({ length: items }, (_, i) => i);

describe('a list', () => {
  it('may have as many items as are allowed', () => {
    expect(found({ rows: list(3), none: [] }, { maxItems: 3 })).toEqual([]);
    expect(found({ rows: [] }, { maxItems: 1 })).toEqual([]);
  });

  it('is named where it has more, wherever it stands, and the sentence says how many', () => {
    expect(found({ a: 1, 'b/c': [{}, { rows: list(4) }] }, { maxItems: 3 })).toEqual(['list-too-long /b~1c/1/rows']);
    const [first] = inspectSizes(Buffer.from(JSON.stringify({ rows: list(1204) })), { ...NO_LIMITS, maxItems: 500 }, 1);
    expect(first?.message).toBe('The list has 1,204 items, at most 500 are allowed. Split the call.');
  });
});

describe('an object', () => {
  it('has as many keys as it has, and those of others are not counted with it', () => {
    expect(found({ a: { b: 1, c: 2 }, d: 'x,y,z' }, { maxProperties: 2 })).toEqual([]);
    expect(found({ a: { b: 1, c: { d: 1 }, e: 2 } }, { maxProperties: 2 })).toEqual(['too-many-keys /a']);
    expect(found({ a: 1, b: 2 }, { maxProperties: 1 })).toEqual(['too-many-keys ']);
  });
});

describe('a text', () => {
  it('is measured in code points, however it is written', () => {
    expect(found(String.raw`{"a": "\ud83d\ude00\n\u00e9é😀"}`, { maxLength: 5 })).toEqual([]);
    expect(found(String.raw`{"a": "\ud83d\ude00\n\u00e9é😀\\"}`, { maxLength: 5 })).toEqual(['text-too-long /a']);
    expect(found({ a: ['xx', 'xxx'] }, { maxLength: 2 })).toEqual(['text-too-long /a/1']);
  });

  it('is also a key, which is told by the object that has it', () => {
    expect(found({ a: { long: 1 } }, { maxLength: 3 })).toEqual(['text-too-long /a']);
    expect(found({ long: 1 }, { maxLength: 3 })).toEqual(['text-too-long ']);
  });
});

describe('levels', () => {
  it('begin with the arguments', () => {
    expect(found({ a: 'x' }, { maxDepth: 1 })).toEqual([]);
    expect(found({ a: [] }, { maxDepth: 1 })).toEqual(['too-deep /a']);
    expect(found({ a: [[1]], b: [1] }, { maxDepth: 2 })).toEqual(['too-deep /a/0']);
  });

  it('below one that is too deep are not told again, and what follows is', () => {
    expect(found({ a: [[[[1, 2]]], [3]], b: list(9) }, { maxDepth: 2, maxItems: 5 })).toEqual([
      'too-deep /a/0',
      'too-deep /a/1',
      'list-too-long /b',
    ]);
  });

  it('end where strict JSON ends, whatever is allowed', () => {
    expect(found('['.repeat(70) + ']'.repeat(70), {})).toHaveLength(1);
  });
});

it('all of it has a size', () => {
  expect(found('{"a":1}', { maxSize: 7 })).toEqual([]);
  expect(found('{"a": 1}', { maxSize: 7 })).toEqual(['too-large ']);
});

it('a key is repeated as far as anybody reads it', () => {
  const long = (key: string) => found(`{"${key}":["bb"]}`, { maxLength: 1_000_000, maxItems: 1, maxDepth: 1 });
  expect(long('k'.repeat(1023))).toEqual([`too-deep /${'k'.repeat(1023)}`]);
  expect(long('k'.repeat(500_000))).toEqual([`too-deep /${'k'.repeat(1024)}…`]);
  expect(long('\\n'.repeat(500_000))).toEqual([`too-deep /${'\\n'.repeat(512)}…`]);
});

it('no more is told than is asked for', () => {
  expect(
    found(
      list(20).map(() => 'xx'),
      { maxLength: 1 },
      3,
    ),
  ).toHaveLength(3);
});

it('is linear: four times the text takes no more than a few times as long', () => {
  const text = (items: number) =>
    Buffer.from(JSON.stringify({ rows: Array.from({ length: items }, () => ({ a: [''] })) }));
  const time = (bytes: Buffer): number => {
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      inspectSizes(bytes, { ...NO_LIMITS, maxItems: 1e9 }, 1);
      return performance.now() - start;
    });
    return Math.min(...times);
  };
  const [small, large] = [text(20_000), text(80_000)];
  time(small);
  expect(time(large)).toBeLessThan(12 * time(small) + 5);
});
