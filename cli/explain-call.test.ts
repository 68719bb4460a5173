import { describe, expect, it } from 'vitest';
import { ada, pack, policyOf, tool } from '../core/policy/testing/gen.ts';
import { explainCall } from './explain-call.ts';

const policy = policyOf(
  pack({ tools: [{ names: ['*'], effect: 'Allow' }] }),
  pack({ mode: 'Shadow', detectors: { use: 'Default' } }, 'watch'),
);

describe('what is said of a call', () => {
  it('says what packs in shadow would have made of it', () => {
    const { effect, refusal, would, detectors } = explainCall(
      policy,
      ada,
      tool('get', { host: '127.0.0.1' }),
      undefined,
    );
    expect({ effect, refusal }).toEqual({ effect: 'Allow', refusal: undefined });
    expect(would).toMatchObject({ effect: 'Deny', rules: ['finance/watch#detectors'] });
    expect(detectors).toEqual([{ id: 'finance/watch#detectors', shadow: true }]);
  });

  it('goes into schemas as deep as the argument lies', () => {
    const inputSchema = { properties: { 'a/b': { items: { properties: { x: { format: 'hostname' } } } } } };
    const { texts } = explainCall(policy, ada, tool('get', { 'a/b': [{ x: 'y', z: 'w' }] }), {
      name: 'get',
      inputSchema,
    });
    expect(texts.map(({ pointer, type }) => [pointer, type])).toEqual([
      ['/a~1b/0/x', 'host'],
      ['/a~1b/0/z', undefined],
    ]);
  });

  it.each([[undefined], [null], [7], [{ properties: 7 }], [{ properties: { constructor: 7 } }]])(
    'is said by names where the schema is %j',
    (inputSchema) => {
      const { texts } = explainCall(policy, ada, tool('get', { url: 'https://a.example' }), {
        name: 'get',
        inputSchema,
      });
      expect(texts[0]?.type).toBe('url');
    },
  );
});
