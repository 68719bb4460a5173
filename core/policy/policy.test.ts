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
});
