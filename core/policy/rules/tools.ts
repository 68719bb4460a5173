/** Rules on tools, which alone have arguments that are decided on. */
import { RULE_EFFECTS } from '../../api/effects.ts';
import { PLAIN_NAMES } from '../names.ts';
import { approval } from './approval.ts';
import { argumentChecks, shadowChecks } from './arguments.ts';
import { targetRules } from './target-rule.ts';

export const toolRules = targetRules({
  target: 'tool',
  list: 'tools',
  effects: RULE_EFFECTS,
  patternsOf: ({ names }) => names,
  arguments: argumentChecks,
  shadowArguments: shadowChecks,
  approval,
  names: PLAIN_NAMES,
});
