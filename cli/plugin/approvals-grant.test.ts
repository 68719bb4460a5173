import { expect, test } from 'vitest';
import { runHere } from '../testing/run-here.ts';
import { scriptKubectl } from '../testing/scripted-kubectl.ts';
import { DIGEST, storedRequest } from '../testing/stored-request.ts';
import { registerGrant } from './approvals-grant.ts';

const run = (...args: string[]) => runHere(registerGrant, ['grant', 'x', '--for', '2h', ...args]);

test('says what was granted, and how to take it back', async () => {
  const made = {
    metadata: { name: 'x', namespace: 'finance' },
    spec: { maxUses: 10, expiresAt: '2026-11-21T12:00:00Z' },
  };
  scriptKubectl(storedRequest(), {}, made);
  const { code, stdout } = await run('--uses', '10', '--digest', DIGEST);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^granted: x; 10 calls until .*"revoked":true/)]);
});

test('grants nothing that nobody has seen', async () => {
  scriptKubectl(storedRequest(), {});
  expect((await run('--uses', '10')).code).toBe(2);
});

test.each(['0', '-1', '1.5', 'many', ' '])('takes %j for no number of uses', async (uses) => {
  const { code, stderr } = await run(`--uses=${uses}`);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Write a whole number')]);
});
