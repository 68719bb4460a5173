/** Rules on prompts. */
import { RULE_EFFECTS } from '../../api/effects.ts';
import { PLAIN_NAMES } from '../names.ts';
import { approval } from './approval.ts';
import { targetRules } from './target-rule.ts';

export const promptRules = targetRules({
  target: 'prompt',
  list: 'prompts',
  effects: RULE_EFFECTS,
  patternsOf: ({ names }) => names,
  approval,
  names: PLAIN_NAMES,
});
