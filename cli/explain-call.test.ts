import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../core/mcp/message.ts';
import { pack, policyOf, tool } from '../core/policy/testing/gen.ts';
import { explainCall, type Question } from './explain-call.ts';

const policy = policyOf(
  pack({
    tools: [
      { names: ['*'], effect: 'Allow' },
      { names: ['drop'], effect: 'Deny' },
    ],
    dlp: [
      { name: 'cards', detect: ['creditCard'], effect: 'Redact' },
      {
        ...{ name: 'own', patterns: [{ name: 'codename', pattern: 'PROJECT-[A-Z]+' }], in: ['arguments'] },
        ...{ tools: ['send'], effect: 'Log', mode: 'Shadow' },
      },
    ],
  }),
  pack({ mode: 'Shadow', detectors: { use: 'Default' } }, 'watch'),
);

const as = { name: 'ada', groups: [] };
const explain = (target: ReturnType<typeof tool>, tools?: JsonObject[], answered?: Question['answered']) =>
  explainCall({ policy, as, target, tools, answered });

describe('what is said of a call', () => {
  it('says what packs in shadow would have made of it', async () => {
    const { effect, refusal, would, detectors, answer } = await explain(tool('get', { host: '127.0.0.1' }));
    expect({ effect, refusal, answer }).toEqual({ effect: 'Allow', refusal: undefined, answer: undefined });
    expect(would).toMatchObject({ effect: 'Deny', rules: ['finance/watch#detectors'] });
    expect(detectors).toEqual([{ id: 'finance/watch#detectors', shadow: true }]);
  });

  it('goes into schemas as deep as the argument lies', async () => {
    const inputSchema = { properties: { 'a/b': { items: { properties: { x: { format: 'hostname' } } } } } };
    const { texts } = await explain(tool('get', { 'a/b': [{ x: 'y', z: 'w' }] }), [{ name: 'get', inputSchema }]);
    expect(texts.map(({ pointer, type }) => [pointer, type])).toEqual([
      ['/a~1b/0/x', 'host'],
      ['/a~1b/0/z', undefined],
    ]);
  });

  it.each([[undefined], [null], [7], [{ properties: 7 }], [{ properties: { constructor: 7 } }]])(
    'is said by names where the schema is %j',
    async (inputSchema) => {
      const { texts } = await explain(tool('get', { url: 'https://a.example' }), [{ name: 'get', inputSchema }]);
      expect(texts[0]?.type).toBe('url');
    },
  );

  it('says which entries look at its arguments, and what goes on instead', async () => {
    const { effect, content, sent } = await explain(tool('send', { note: 'Card 4111 1111 1111 1111' }));
    expect(effect).toBe('Redact');
    expect(content).toEqual([
      { id: 'finance/pack#cards', effect: 'Redact', shadow: false, sought: ['creditCard'] },
      { id: 'finance/pack#own', effect: 'Log', shadow: true, sought: ['codename'] },
    ]);
    expect(sent).toEqual({ note: 'Card [redacted: creditCard-1]' });
  });
});

describe('what is said of an answer', () => {
  it('is what becomes of it, and what arrives', async () => {
    const { answer } = await explain(tool('get', {}), undefined, { result: 'Card 4111 1111 1111 1111' });
    expect(answer).toMatchObject({
      effect: 'Redact',
      decidedBy: ['finance/pack#cards'],
      findings: [{ reason: 'creditCard', pointer: '/content/0/text' }],
      content: [{ id: 'finance/pack#cards' }],
      arrives: { content: [{ text: 'Card [redacted: creditCard-1]' }] },
    });
  });

  it('is nothing where the call is refused', async () => {
    const { effect, answer } = await explain(tool('drop', {}), undefined, { result: 'x' });
    expect([effect, answer]).toEqual(['Deny', undefined]);
  });
});
