import { expect, test } from 'vitest';
import { patchWith, pruneKeys, recordsIn } from './keys-object.ts';
import type { KeyRecord } from './succession.ts';

const record = (generation: number): KeyRecord => ({
  generation,
  uid: 'u',
  key: `k${generation}`,
  since: '2026-11-30T00:00:00Z',
});
const dataOf = (records: readonly KeyRecord[]) =>
  Object.fromEntries(records.map((one) => [String(one.generation), JSON.stringify(one)]));

test('records are read in the order of their generations, and what is none is passed over', () => {
  const data = {
    ...dataOf([record(10), record(9)]),
    a: 'hello',
    b: '[]',
    c: '{"generation":0,"uid":"u","key":"k","since":"2026-11-30T00:00:00Z"}',
    d: '{"generation":1,"uid":"u","key":"k","since":"yesterday"}',
    e: '{"generation":1,"uid":"u","since":"2026-11-30T00:00:00Z"}',
  };
  expect(recordsIn(data)).toEqual([record(9), record(10)]);
  expect(recordsIn(undefined)).toEqual([]);
});

test('an announcement is kept', () => {
  const announced = { ...record(2), announcement: 'a note' };
  expect(recordsIn(dataOf([announced]))).toEqual([announced]);
});

test('the oldest makes room where there are too many', () => {
  const records = Array.from({ length: 100 }, (_, at) => record(at + 1));
  expect(patchWith(records.slice(1), record(101))).toEqual({ '101': JSON.stringify(record(101)) });
  expect(patchWith(records, record(101))).toEqual({ '1': null, '101': JSON.stringify(record(101)) });
});

test('what a cache keeps is what is asked for', () => {
  const metadata = { name: 'n', annotations: { a: 'b' }, managedFields: [] };
  const pruned = pruneKeys({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: dataOf([record(1)]) });
  expect(pruned).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'n' }, records: [record(1)] });
});
