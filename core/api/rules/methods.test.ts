import { describe, expect, it } from 'vitest';
import { methodRulesSchema } from './methods.ts';

const complaints = (rule: object): string[] =>
  (methodRulesSchema.safeParse([{ names: ['vendor/*'], effect: 'Allow', ...rule }]).error?.issues ?? []).map(
    ({ path, message }) => `${path.slice(1).join('.')}: ${message}`,
  );

describe('a rule on methods', () => {
  it.each(['vendor/*', '*', 'tools/*', 'x'])('is about %s', (name) => {
    expect(complaints({ names: [name] })).toEqual([]);
  });

  it.each([
    ['tools/call', 'tools'],
    ['completion/complete', 'prompts` or `resources'],
    ['roots/list', 'clientRequests.roots'],
  ])('is not about %s, which other rules decide on', (name, field) => {
    expect(complaints({ names: ['vendor/x', name] })).toEqual([
      `names.1: is a method of MCP, which rules on methods are not asked about; write a rule on \`${field}\``,
    ]);
  });

  it('cannot wait for a person, and says why', () => {
    expect(complaints({ effect: 'RequireApproval' })).toEqual([
      expect.stringMatching(/^effect: is not possible here: nobody could judge/),
    ]);
  });

  it.each([{ approval: {} }, { arguments: {} }])('has no more than other rules have: %j', (more) => {
    expect(complaints(more)).toHaveLength(1);
  });
});
