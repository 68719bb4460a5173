import { describe, expect, it } from 'vitest';
import { definitionVerdict } from '../../core/policy/verdict.ts';
import type { DefinitionKind } from '../../core/inspect/definitions/definition.ts';
import { answerParts, callOf } from '../testing/answering.ts';
import { recordDefinition } from './record-definition.ts';

const FOUND = { detector: 'pin', reason: 'not-accepted', message: 'No.', span: undefined, evidence: '' };
const verdict = (effect: 'Log' | 'Deny') =>
  definitionVerdict('finance/pack#definitions', effect, [{ ...FOUND, rule: 'finance/pack#definitions', pointer: '' }]);

function recorded(kind: DefinitionKind, effect: 'Log' | 'Deny' = 'Deny') {
  const parts = answerParts();
  const call = callOf(parts, { method: 'tools/list' });
  recordDefinition(call, parts, { kind, name: 'x', digest: 'sha256:d', findings: [] }, verdict(effect));
  return parts.lines[0];
}

describe('a definition is on record', () => {
  it.each([
    ['tool', { tool: 'x' }],
    ['prompt', { prompt: 'x' }],
    ['resource', { resource: 'x' }],
    ['resourceTemplate', { resource: 'x' }],
    ['instructions', { tool: undefined, prompt: undefined, resource: undefined }],
  ] as const)('as a %s, with the method of the answer that had it', (kind, named) => {
    expect(recorded(kind)).toMatchObject({ method: 'tools/list', ...named });
  });

  it('with its digest, what was found, and whether it was shown', () => {
    expect(recorded('tool')).toMatchObject({
      outcome: 'refused',
      decision: { detail: 'sha256:d', effect: 'Deny', reason: 'definition-left-out', findings: [{ detector: 'pin' }] },
    });
    expect(recorded('tool', 'Log')).toMatchObject({
      outcome: 'answered',
      decision: { effect: 'Log', reason: 'definition-shown' },
    });
  });
});
