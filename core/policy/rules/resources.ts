/** Rules on resources: a URI is decided on in every way that a server may read it. */
import { RULE_EFFECTS } from '../../api/effects.ts';
import { URIS } from '../names.ts';
import { approval } from './approval.ts';
import { targetRules } from './target-rule.ts';

export const resourceRules = targetRules({
  target: 'resource',
  list: 'resources',
  effects: RULE_EFFECTS,
  patternsOf: ({ uris }) => uris,
  approval,
  names: URIS,
});
