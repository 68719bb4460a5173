import { describe, expect, test } from 'vitest';
import { checkObject } from './check-object.ts';

const pack = (more: object = {}, metadata: object = {}) => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'PolicyPack',
  metadata: { name: 'payments', namespace: 'finance', ...metadata },
  spec: { tools: [{ names: ['get_*'], effect: 'Allow' }] },
  ...more,
});

describe('a stored object', () => {
  test('is read with its defaults', () => {
    expect(checkObject('PolicyPack', pack())).toMatchObject({ value: { spec: { mode: 'Enforce' } } });
  });

  test.each([
    [
      'more annotations than one can have here',
      pack({}, { annotations: Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`a${i}`, 'x'])) }),
    ],
    ['an annotation of a form that is new', pack({}, { annotations: { 'Example.com/x': 'y' } })],
    ['a field of the metadata that is new', pack({}, { shard: 'a' })],
    ['a status of a newer version of us', pack({ status: { later: true } })],
    ['labels that are null', pack({}, { labels: null })],
  ])('is not broken by %s, which is the business of others', (_, object) => {
    expect(checkObject('PolicyPack', object)).toHaveProperty('value');
  });

  test('names each field that is wrong once, with the mend', () => {
    const checked = checkObject('PolicyPack', pack({ spec: { mode: 'Enforced', tols: [] } }));
    expect(checked).toEqual({
      faults: [
        { field: 'spec.mode', message: expect.stringContaining('did you mean Enforce?') as string },
        { field: 'spec.tols', message: expect.stringContaining('did you mean `tools`?') as string },
      ],
    });
  });

  test.each([[null], ['text'], [[]], [{}]])('%j is none', (object) => {
    expect(checkObject('MCPServer', object)).toHaveProperty('faults');
  });
});
