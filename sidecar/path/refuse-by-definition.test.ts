import { describe, expect, it } from 'vitest';
import { ada, prompt, resource, tool } from '../../core/policy/testing/gen.ts';
import { NO_RULE, type Verdict } from '../../core/policy/verdict.ts';
import type { Target } from '../../core/mcp/catalogue.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { DefinitionKind } from '../../core/inspect/definitions/definition.ts';
import { DefinitionTable } from '../memory/definitions.ts';
import { ALLOWED_DEFINITIONS, HIDING, definitionsPolicy } from '../testing/definitions.ts';
import { refuseByDefinition } from './refuse-by-definition.ts';

const table = new DefinitionTable();
const list = (kind: DefinitionKind, name: string, description: string): void =>
  table.listed(table.read(kind, name, Buffer.from(JSON.stringify({ name, description })), undefined));
list('tool', 'add', 'Adds.');
list('tool', 'sum', 'Sums.\u200b.');
list('prompt', 'greet', 'Greets.\u200b.');
list('resource', 'a://b', 'B.\u200b.');
list('resourceTemplate', 'a://{b}', 'B.\u200b.');

const decide = (policy: Policy | undefined, targets: readonly Target[], before?: Verdict) =>
  refuseByDefinition(policy, table, targets, before, ada);

describe('refused is', () => {
  it.each<[string, Target]>([
    ['a tool', tool('sum')],
    ['a prompt', prompt('greet')],
    ['a resource', resource('a://b')],
    ['a template, as its completion names it', resource('a://{b}')],
  ])('%s whose definition may not be shown', (_, target) => {
    const { refusal } = decide(HIDING, [target]);
    expect(refusal).toMatchObject({ reason: 'denied', data: { rules: ['finance/pack#definitions'] } });
    expect(refusal?.message).toMatch(
      /^Refused by policy: .*, by what its server says of it\. The text at \/description/,
    );
  });

  it('what has not been listed, where it has to be accepted', () => {
    expect(decide(definitionsPolicy({ pin: 'Required' }), [tool('other')]).refusal?.message).toContain(
      'not listed it here',
    );
  });

  it('what has changed since its first use', () => {
    const changed = new DefinitionTable();
    const read = (description: string) =>
      changed.read('tool', 'add', Buffer.from(JSON.stringify({ description })), undefined);
    changed.used(read('One.'));
    changed.listed(read('Two.'));
    const { refusal } = refuseByDefinition(
      definitionsPolicy({ pin: 'FirstUse' }),
      changed,
      [tool('add')],
      undefined,
      ada,
    );
    expect(refusal?.message).toContain('has changed since it was first used here');
  });

  it('one of several, which is named', () => {
    expect(decide(HIDING, [resource('x://y'), resource('a://b')]).refusal?.message).toContain('a://b');
  });
});

describe('passed is', () => {
  it('what nothing is found in, with the verdict so far', () => {
    expect(decide(HIDING, [tool('add')], NO_RULE)).toEqual({ verdict: NO_RULE, refusal: expect.anything() });
    expect(decide(HIDING, [tool('add')])).toEqual({ verdict: undefined, refusal: undefined });
  });
  it('what has not been listed, where nothing has to be accepted', () => {
    expect(decide(HIDING, [tool('other'), resource('x://y')]).refusal).toBeUndefined();
  });
  it('everything where nothing is asked, or nothing is named', () => {
    expect(decide(ALLOWED_DEFINITIONS, [tool('sum')]).refusal).toBeUndefined();
    expect(decide(undefined, [tool('sum')]).refusal).toBeUndefined();
    expect(decide(HIDING, []).refusal).toBeUndefined();
  });
  it('what is only logged, which is on record with the call', () => {
    const { verdict, refusal } = decide(definitionsPolicy({ hiddenText: 'Log' }), [tool('sum')]);
    expect(refusal).toBeUndefined();
    expect(verdict).toMatchObject({ effect: 'Log', findings: [{ detector: 'hiddenText' }] });
  });
});
