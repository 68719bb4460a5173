/** Rules on methods that MCP does not know. None can wait for a person, who could not judge what it is. */
import { UNHELD_EFFECTS } from '../../api/effects.ts';
import { PLAIN_NAMES } from '../names.ts';
import { targetRules } from './target-rule.ts';

export const methodRules = targetRules({
  target: 'method',
  list: 'methods',
  effects: UNHELD_EFFECTS,
  patternsOf: ({ names }) => names,
  names: PLAIN_NAMES,
});
