import { describe, expect, it } from 'vitest';
import type { PolicyPackInput } from '../../core/api/policy-pack.ts';
import { definitionDigest } from '../../core/inspect/definitions/definition.ts';
import { pack, policyOf } from '../../core/policy/testing/gen.ts';
import { caseSchema } from './case-schema.ts';
import { rehearse } from './rehearse-case.ts';

const KEY = `ghp_${'16C7e42F292c6912E7710c838347Ae178B4a'.slice(0, 36)}`;

/** What becomes of a case under a pack that allows everything, and says this besides. */
function played(spec: Partial<PolicyPackInput['spec']>, one: object) {
  const policy = policyOf(pack({ tools: [{ names: ['*'], effect: 'Allow' }], ...spec }));
  const parsed = caseSchema.parse({ name: 'a', expect: 'Allow', ...one });
  return rehearse(parsed, policy, { name: 'ada', groups: ['agents'] });
}
const hiding = { dlp: [{ name: 'keys', detect: ['creditCard' as const], effect: 'Redact' as const }] };
const CARD = '4111 1111 1111 1111';

describe('a call', () => {
  it('is decided on, with the words that the model reads', async () => {
    const tools = [{ name: 'none', names: ['drop'], effect: 'Deny' as const, reason: 'nobody drops' }];
    const { verdict, refusal, sent } = await played({ tools }, { tool: 'drop' });
    expect(verdict).toMatchObject({ effect: 'Deny', rules: ['finance/pack#none'] });
    expect(refusal).toContain('nobody drops');
    expect(sent).toBeUndefined();
  });

  it('reaches the server as it is sent there', async () => {
    const { verdict, refusal, sent } = await played(hiding, { tool: 'note', arguments: { text: `card ${CARD}` } });
    expect([verdict.effect, refusal]).toEqual(['Redact', undefined]);
    expect(sent).toEqual({ text: 'card [redacted: creditCard-1]' });
  });

  it('is made with the token of an issuer, where the case says so', async () => {
    const tools = [
      { names: ['pay'], effect: 'Allow' as const, principals: { issuers: ['https://a.example'], scopes: ['pay'] } },
    ];
    const policy = policyOf(pack({ tools }));
    const as = (more: object) =>
      caseSchema.parse({ name: 'a', tool: 'pay', expect: 'Allow', as: { name: 'ada', ...more } });
    const effect = async (more: object) => {
      const one = as(more);
      const { verdict, refusal } = await rehearse(one, policy, one.as);
      return [verdict.effect, refusal];
    };
    expect(await effect({ issuer: 'https://a.example', scopes: ['pay'] })).toEqual(['Allow', undefined]);
    expect(await effect({ issuer: 'https://a.example' })).toEqual([
      'Deny',
      expect.stringContaining('takes a token with the scope pay'),
    ]);
    expect(await effect({ issuer: 'https://b.example', scopes: ['pay'] })).toEqual([
      'Deny',
      expect.stringContaining('no rule allows'),
    ]);
    expect(() => as({ scopes: ['pay'] })).toThrow(/issuer/);
  });

  it('that needs a person is approved, and sent', async () => {
    const tools = [{ names: ['pay'], effect: 'RequireApproval' as const }];
    const { verdict, sent } = await played({ tools }, { tool: 'pay', arguments: { a: 1 } });
    expect([verdict.effect, sent]).toEqual(['RequireApproval', { a: 1 }]);
  });

  it('is held against the schema that the server lists', async () => {
    const lists = { tools: [{ name: 'read', inputSchema: { type: 'object', required: ['path'] } }] };
    const { verdict } = await played({ arguments: { schema: 'Enforce' } }, { tool: 'read', lists });
    expect(verdict.findings).toMatchObject([{ detector: 'schema', rule: 'finance/pack#arguments.schema' }]);
  });

  it('is refused where what the server says of the tool has changed', async () => {
    const [before, lists] = ['adds', 'deletes'].map((description) => ({ tools: [{ name: 'add', description }] }));
    const definitions = { pin: 'FirstUse' as const };
    expect((await played({ definitions }, { tool: 'add', before, lists })).verdict.findings[0]?.reason).toBe('changed');
    expect((await played({ definitions }, { tool: 'add', before, lists: before })).verdict.effect).toBe('Allow');
  });

  it('passes where a person has accepted that', async () => {
    const lists = { tools: [{ name: 'add' }] };
    const definitions = { pin: 'Required' as const };
    expect((await played({ definitions }, { tool: 'add', lists, accepted: true })).verdict.effect).toBe('Allow');
    expect((await played({ definitions }, { tool: 'add', lists })).verdict.effect).toBe('Deny');
  });

  it('larger than a body may be is refused, by no rule', async () => {
    const { verdict, refusal } = await played(
      { limits: { body: '1Ki' } },
      { tool: 'a', arguments: { a: 'x'.repeat(2000) } },
    );
    expect([verdict.effect, verdict.rules]).toEqual(['Deny', []]);
    expect(refusal).toContain('1024');
  });
});

describe('an answer', () => {
  it.each<[string, object]>([
    ['a text', { tool: 'read', result: `card ${CARD}.` }],
    ['a text in two blocks', { tool: 'read', result: ['card 4111 1111 ', '1111 1111.'] }],
    ['a result', { tool: 'read', result: { content: [], structuredContent: { card: `card ${CARD}` } } }],
    ['an error', { tool: 'read', error: `no card ${CARD}` }],
    ['an error with data', { tool: 'read', error: { message: 'no', data: [CARD] } }],
    ['progress', { tool: 'read', messages: [{ progress: `read ${CARD}` }] }],
    ['a log message', { tool: 'read', messages: [{ log: { card: CARD } }] }],
    [
      'another notification',
      { tool: 'read', messages: [{ method: 'notifications/resources/updated', params: { uri: `x:${CARD}` } }] },
    ],
    ['a resource', { resource: 'file:///a', result: CARD }],
    ['a prompt', { prompt: 'greet', result: CARD }],
  ])('is looked through: %s', async (_what, one) => {
    const rules = {
      resources: [{ uris: ['**'], effect: 'Allow' as const }],
      prompts: [{ names: ['*'], effect: 'Allow' as const }],
    };
    const { verdict, texts } = await played({ ...hiding, ...rules }, one);
    expect(verdict).toMatchObject({ effect: 'Redact', rules: ['finance/pack#keys'] });
    expect(texts.join('')).not.toContain('1111');
    expect(texts.join('')).toContain('[redacted: creditCard-1]');
  });

  it('that is refused says so in its place', async () => {
    const dlp = [{ name: 'cards', detect: ['creditCard' as const], effect: 'Deny' as const }];
    const { verdict, refusal, texts } = await played({ dlp }, { tool: 'read', result: CARD });
    expect(verdict.effect).toBe('Deny');
    expect(refusal).toMatch(/^Refused by policy: the call was executed, but/);
    expect(texts.join('')).not.toContain('4111');
  });

  it('passes where nothing is looked for', async () => {
    const { verdict, texts } = await played({}, { tool: 'read', result: CARD });
    expect([verdict.effect, verdict.rules]).toEqual(['Allow', []]);
    expect(texts).toContain(CARD);
  });

  it('says what rules in shadow would have made of it', async () => {
    const dlp = [{ name: 'keys', detect: ['secrets' as const], effect: 'Deny' as const, mode: 'Shadow' as const }];
    const { verdict } = await played({ dlp }, { tool: 'read', result: KEY });
    expect(verdict).toMatchObject({ effect: 'Allow', would: { effect: 'Deny', rules: ['finance/pack#keys'] } });
  });

  it('to a call that is refused does not exist', async () => {
    const { problem } = await played({ tools: [] }, { tool: 'read', result: 'x' });
    expect(problem).toMatch(/^the call itself is refused, so that there is no answer: .*; give it arguments/);
  });
});

describe('what a server lists', () => {
  const HIDDEN = { name: 'add', description: 'Adds.\u200b\u200bX' };

  it('is left out where its definition may not be shown', async () => {
    const { verdict, texts } = await played({ definitions: {} }, { lists: { tools: [HIDDEN, { name: 'sub' }] } });
    expect(verdict).toMatchObject({ effect: 'Deny', rules: ['finance/pack#definitions'] });
    expect(texts).toEqual(['sub']);
  });

  it('is left out where no rule allows it', async () => {
    const tools = [{ names: ['sub'], effect: 'Allow' as const }];
    const { verdict, texts } = await played({ tools }, { lists: { tools: [{ name: 'add' }, { name: 'sub' }] } });
    expect([verdict.effect, verdict.rules, texts]).toEqual(['Deny', [], ['sub']]);
  });

  it('may be prompts, resources, templates and what it says of itself', async () => {
    const all = {
      prompts: [{ names: ['*'], effect: 'Allow' as const }],
      resources: [{ uris: ['**'], effect: 'Allow' as const }],
      definitions: {},
    };
    const lists = {
      prompts: [{ name: 'p' }],
      resources: [{ uri: 'x:/r', name: 'r' }],
      resourceTemplates: [{ uriTemplate: 'x:/{t}', name: 't' }],
      instructions: 'Be brief.',
    };
    const shown = await played(all, { lists });
    expect(shown.texts.toSorted()).toEqual(['instructions', 'p', 'x:/r', 'x:/{t}']);
    expect(shown.verdict.effect).toBe('Allow');
    const hidden = await played(all, { lists: { instructions: 'Be brief.\u200b\u200b' } });
    expect([hidden.verdict.effect, hidden.texts]).toEqual(['Deny', []]);
  });

  it('is what a pack has accepted', async () => {
    const definition = { name: 'add', description: 'Adds.' };
    const accept = [definitionDigest({ kind: 'tool', value: definition })];
    const { verdict } = await played({ definitions: { pin: 'Required', accept } }, { lists: { tools: [definition] } });
    expect(verdict.effect).toBe('Allow');
  });
});

describe('what a server asks', () => {
  it('is decided on, with the words that the server reads', async () => {
    const clientRequests = { sampling: { effect: 'Deny' as const, reason: 'bring your own' } };
    const { verdict, refusal } = await played({ clientRequests }, { asks: 'sampling' });
    expect(verdict).toMatchObject({ effect: 'Deny', rules: ['finance/pack#clientRequests.sampling'] });
    expect(refusal).toContain('bring your own');
  });

  it('is looked through', async () => {
    const { verdict, texts } = await played(hiding, { asks: 'elicitation', params: { message: `Is ${CARD} yours?` } });
    expect(verdict.effect).toBe('Redact');
    expect(texts).toContain('Is [redacted: creditCard-1] yours?');
  });
});

describe('earlier calls', () => {
  const sequences = [
    { name: 'once', after: { tools: ['a'] }, forbid: { tools: ['b'] }, within: '1h' },
    {
      ...{ name: 'same', require: { tools: ['make'] }, before: { tools: ['use'] }, within: '1h' },
      match: { argument: 'id', equals: { result: '/id' } },
    },
    { name: 'two', count: { of: { prompts: ['p'], resources: ['x:/r'] }, moreThan: 2, within: '1h' } },
  ];
  const all = {
    prompts: [{ names: ['*'], effect: 'Allow' as const }],
    resources: [{ uris: ['**'], effect: 'Allow' as const }],
  };
  const effectOf = async (one: object) => (await played({ sequences, ...all }, one)).verdict;

  it('come before the call that the case is about, with what the server said', async () => {
    expect(await effectOf({ tool: 'b' })).toMatchObject({ effect: 'Allow' });
    expect(await effectOf({ tool: 'b', earlier: [{ tool: 'a' }, { tool: 'c' }] })).toMatchObject({
      ...{ effect: 'Deny', rules: ['finance/pack#once'] },
    });
    const earlier = [{ tool: 'make', result: '{"id": 7}' }];
    expect(await effectOf({ tool: 'use', arguments: { id: 7 }, earlier })).toMatchObject({ effect: 'Allow' });
    expect(await effectOf({ tool: 'use', arguments: { id: 8 }, earlier })).toMatchObject({ effect: 'Deny' });
    const failed = [{ tool: 'make', error: 'full' }];
    expect(await effectOf({ tool: 'use', arguments: { id: 7 }, earlier: failed })).toMatchObject({ effect: 'Deny' });
  });

  it('may be reads of resources and prompts, and several of one kind', async () => {
    const prompt = { prompt: 'p' };
    expect(await effectOf({ ...prompt, earlier: [{ resource: 'x:/r' }] })).toMatchObject({ effect: 'Allow' });
    expect(await effectOf({ ...prompt, earlier: [{ resource: 'x:/r' }, prompt] })).toMatchObject({ effect: 'Deny' });
    expect(await effectOf({ ...prompt, earlier: [{ ...prompt, times: 2 }] })).toMatchObject({ effect: 'Deny' });
  });

  it('may be answered by what the gate has kept', async () => {
    const cache = [{ tools: ['get'], ttl: '5m' }];
    const lists = { tools: [{ name: 'get', inputSchema: {}, annotations: { readOnlyHint: true } }, { name: 'c' }] };
    const { problem, verdict } = await played({ cache }, { tool: 'c', lists, earlier: [{ tool: 'get', times: 2 }] });
    expect([problem, verdict.effect]).toEqual([undefined, 'Allow']);
  });

  it('have to pass themselves', async () => {
    const { problem } = await played({ sequences }, { tool: 'c', earlier: [{ tool: 'a' }, { tool: 'b' }] });
    expect(problem).toMatch(/^the earlier call of b is refused, so that it did not come before: Refused by policy/);
  });
});
