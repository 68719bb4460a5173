import { describe, expect, it } from 'vitest';
import { Inspection } from '../../core/policy/inspection.ts';
import { ada, pack, policyOf, prompt, tool } from '../../core/policy/testing/gen.ts';
import { NOTHING_TO_DECIDE } from '../../core/policy/verdict.ts';
import { InputSchemas } from '../memory/input-schemas.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { asksForSchema, refuseBySchema } from './refuse-by-schema.ts';

const schemas = new InputSchemas();
const list = (name: string, definition: object): void =>
  schemas.listed(name, Buffer.from(JSON.stringify({ name, ...definition })));
list('read', { inputSchema: { required: ['path'] } });
list('free', {});
list('odd', { inputSchema: { $ref: 'https://example.com/schema' } });

const asking = (schema?: 'Enforce' | 'Shadow') => policyOf(pack(schema === undefined ? {} : { arguments: { schema } }));
const enforced = asking('Enforce');

function ruled(sent: unknown, { policy = enforced, name = 'read', work = 1_000 } = {}) {
  const held = { policy, target: tool(name), sent, before: NOTHING_TO_DECIDE, principal: ada };
  return refuseBySchema(held, schemas, () => new Inspection(new FakeClock(), work));
}

describe('a schema is asked for', () => {
  it('at calls of tools, where a pack asks for it', () => {
    expect(asksForSchema(enforced, tool('read'))).toBe(true);
    expect(asksForSchema(asking('Shadow'), tool('read'))).toBe(true);
  });

  it.each([
    ['no pack asks', asking(), tool('read')],
    ['there is no policy', undefined, tool('read')],
    ['it is no tool', enforced, prompt('read')],
    ['nothing is named', enforced, undefined],
  ] as const)('nowhere else: %s', (_, policy, target) => {
    expect(asksForSchema(policy, target)).toBe(false);
  });
});

describe('a call is refused', () => {
  it('whose arguments do not fit, with the rule, the revision and what to mend', () => {
    const { refusal, verdict } = ruled({ PATH: 1 });
    expect(refusal).toMatchObject({
      reason: 'denied',
      data: { rules: ['finance/pack#arguments.schema'], revision: enforced.revision },
    });
    expect(refusal?.message).toContain('path');
    expect(verdict).toMatchObject({ effect: 'Deny', findings: [{ detector: 'schema' }] });
  });

  it.each([undefined, null, 'text', [1]])('whose arguments are none, as an empty object: %j', (sent) => {
    expect(ruled(sent).refusal?.reason).toBe('denied');
  });

  it('of a tool whose schema cannot be used', () => {
    expect(ruled({}, { name: 'odd' }).refusal?.message).toContain('cannot be used');
  });

  it('for what it costs to hold them against it', () => {
    expect(ruled({ path: 1 }, { work: 0 }).refusal?.reason).toBe('inspection-budget');
  });
});

describe('a call passes with the verdict so far', () => {
  it.each([
    ['that fits', { path: 1 }, 'read'],
    ['of a tool that was not listed', {}, 'other'],
    ['of a tool without a schema', {}, 'free'],
  ])('%s', (_, sent, name) => {
    expect(ruled(sent, { name })).toEqual({ verdict: NOTHING_TO_DECIDE, refusal: undefined });
  });

  it('where it is only recorded that it does not fit', () => {
    const { verdict, refusal } = ruled({}, { policy: asking('Shadow') });
    expect(refusal).toBeUndefined();
    expect(verdict).toMatchObject({ effect: NOTHING_TO_DECIDE.effect, would: { effect: 'Deny' } });
  });
});
