import { describe, expect, it } from 'vitest';
import { prepareSchema } from '../inspect/input-schema/prepare.ts';
import { heldAgainst, type SchemaRule } from './by-schema.ts';
import { Inspection } from './inspection.ts';
import { ruleVerdict } from './verdict.ts';

const ENFORCED: SchemaRule = { id: 'finance/a#arguments.schema', shadow: false };
const RECORDED: SchemaRule = { id: 'finance/b#arguments.schema', shadow: true };
const allowed = ruleVerdict('finance/a#r', 'Allow', null);
const schema = prepareSchema({ required: ['a'], properties: { b: { type: 'string' } } });
const held = (args: Record<string, unknown>, rules: readonly SchemaRule[], input = schema, work?: number) =>
  heldAgainst(input, args, rules, allowed, new Inspection({ monotonic: () => 0 }, work));

describe('arguments that do not fit the schema of their tool', { tags: ['schema'] }, () => {
  it('are denied, and each thing is found', () => {
    expect(held({ b: 1 }, [ENFORCED])).toMatchObject({
      effect: 'Deny',
      rules: [ENFORCED.id],
      causes: [{ kind: 'argument', detail: 'argument "a": It is missing; call again with it.' }],
      findings: [
        { detector: 'schema', reason: 'missing', pointer: '/a', rule: ENFORCED.id },
        { reason: 'type', pointer: '/b' },
      ],
    });
  });

  it('are on record only, where that is all a pack asks for', () => {
    const verdict = held({}, [RECORDED]);
    expect(verdict).toMatchObject({ effect: 'Allow', findings: [], would: { effect: 'Deny', rules: [RECORDED.id] } });
    expect(held({}, [ENFORCED, RECORDED])).toMatchObject({ effect: 'Deny', would: undefined });
  });

  it('are those of a schema that cannot be used, which is said', () => {
    expect(held({ a: 1 }, [ENFORCED], prepareSchema({ $ref: 'x' }))).toMatchObject({
      effect: 'Deny',
      causes: [
        { detail: expect.stringMatching(/^the arguments: The schema of the tool cannot be used: it refers/) as string },
      ],
    });
  });
});

it('arguments that fit change nothing', () => {
  expect(held({ a: 1 }, [ENFORCED, RECORDED])).toBe(allowed);
});

it('what takes too long is refused where it is enforced, and nothing is said where it only records', () => {
  expect(held({ a: 1 }, [ENFORCED], schema, 1)).toMatchObject({
    effect: 'Deny',
    causes: [{ kind: 'inspection-budget' }],
  });
  const slow = new Inspection({ monotonic: () => 0 });
  slow.shadow.spend(slow.shadow.left + 1);
  expect(heldAgainst(schema, {}, [RECORDED], allowed, slow)).toBe(allowed);
});
