import { expect, test } from 'vitest';
import { requestersSchema } from './requesters.ts';

const principals = { names: ['billing-agent'] };

test.each<[string, object, boolean]>([
  ['a person', { principals, users: ['ada'] }, true],
  ['an account and a group', { principals, users: ['system:serviceaccount:a:b'], groups: ['billing-team'] }, true],
  ['somebody in one namespace', { principals, namespaces: ['finance'], users: ['ada'] }, true],
  ['nobody', { principals }, false],
  ['somebody behind nobody', { principals: {}, users: ['ada'] }, false],
  ['somebody behind whomever', { users: ['ada'] }, false],
])('%s stands behind a principal: %j is valid: %s', (_, requester, isValid) => {
  expect(requestersSchema.safeParse([requester]).success).toBe(isValid);
});
