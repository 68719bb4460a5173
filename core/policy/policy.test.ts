import { describe, expect, it } from 'vitest';
import { CLIENT_REQUEST_KINDS } from '../mcp/client-request.ts';
import { pack, policyOf } from './testing/gen.ts';

const KINDS = ['tool', 'resource', 'prompt', 'method'] as const;

describe('a policy', () => {
  it('has the rules of each kind for themselves, those in shadow marked', () => {
    const policy = policyOf(
      pack({ tools: [{ names: ['x'], effect: 'Allow' }], prompts: [{ names: ['x'], effect: 'Log' }] }, 'a'),
      pack({ mode: 'Shadow', methods: [{ names: ['x'], effect: 'Deny' }] }, 'b'),
    );
    const found = KINDS.map((kind) => policy.index(kind).find('x', undefined).flat());
    expect(found.map((rules) => rules.map(({ id, shadow }) => [id, shadow]))).toEqual([
      [['finance/a#tools[0]', false]],
      [],
      [['finance/a#prompts[0]', false]],
      [['finance/b#methods[0]', true]],
    ]);
  });

  it('needs a budget for the kinds that have patterns or checks', () => {
    const policy = policyOf(
      pack({ tools: [{ names: ['x'], effect: 'Allow' }], prompts: [{ names: ['*'], effect: 'Log' }] }),
    );
    expect(KINDS.map((kind) => policy.isCostly(kind))).toEqual([false, false, true, false]);
  });

  it('has what each pack says of what servers ask', () => {
    const policy = policyOf(
      pack({ clientRequests: { roots: { effect: 'Deny' } } }, 'a'),
      pack({ mode: 'Shadow', clientRequests: { roots: { effect: 'Log' }, sampling: { effect: 'Deny' } } }, 'b'),
    );
    const said = CLIENT_REQUEST_KINDS.map((kind) => policy.clientRequests(kind).map(({ shadow }) => shadow));
    expect(Object.fromEntries(CLIENT_REQUEST_KINDS.map((kind, i) => [kind, said[i]]))).toEqual({
      sampling: [true],
      elicitation: [],
      urlElicitation: [],
      roots: [false, true],
    });
  });

  const held = { effect: 'RequireApproval' } as const;
  const EACH: [string, Omit<Parameters<typeof pack>[0], 'mode'>][] = [
    ['tools', { tools: [{ names: ['x'], ...held }] }],
    ['dlp', { dlp: [{ detect: ['secrets'], in: ['arguments'], ...held }] }],
    ['sequences', { sequences: [{ after: { tools: ['a'] }, forbid: { tools: ['b'] }, within: '1m', ...held }] }],
    ['taint', { taint: [{ sources: { tools: ['a'] }, sinks: { tools: ['b'] }, ...held }] }],
    ['budget', { limits: { budget: [{ credits: 1, window: '1h', ...held }] } }],
    ['risk', { risk: { approveAt: 50 } }],
  ];

  it.each(EACH)('holds calls by %s, and not in a pack in shadow', (_what, spec) => {
    expect(policyOf(pack(spec)).holdsCalls).toBe(true);
    expect(policyOf(pack({ ...spec, mode: 'Shadow' })).holdsCalls).toBe(false);
  });

  it('holds no calls by what is in shadow by itself, or does something else', () => {
    const shadow = { ...held, mode: 'Shadow' } as const;
    const both = policyOf(
      pack({
        tools: [{ names: ['x'], ...shadow }],
        resources: [{ uris: ['file:///a'], ...held }],
        dlp: [{ detect: ['secrets'], in: ['arguments'], ...shadow }],
        sequences: [{ after: { tools: ['a'] }, forbid: { tools: ['b'] }, within: '1m', ...shadow }],
        taint: [{ sources: { tools: ['a'] }, sinks: { tools: ['b'] }, ...shadow }],
        limits: { budget: [{ credits: 1, window: '1h', ...shadow }] },
        risk: { approveAt: 50, mode: 'Shadow' },
      }),
    );
    expect(both.holdsCalls).toBe(false);
    expect(policyOf(pack({ risk: { denyAt: 80 } })).holdsCalls).toBe(false);
  });
});
