/** `sallyport lint --server`: policy is held against what a real server lists, and what a gate shows of it to whom. */
import { expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { runCli, Workspace } from '../support/cli.ts';
import { startEverything } from '../support/everything.ts';
import { startFixture } from '../support/fixture-server.ts';
import { startGate } from '../support/gate.ts';
import { policyOf } from '../support/policy.ts';

const { use } = cleanupAfterEach();

const PACK = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: tools}
spec:
  tools:
    - {names: [echo], effect: Allow, arguments: {mesage: {type: string, maxLength: 200}}}
    - {names: [get-summ], effect: Allow}
`;

async function linted(url: string, env: Record<string, string> = {}): Promise<{ code: number | null; out: string[] }> {
  const home = await use(new Workspace());
  Object.assign(home.env, env);
  const file = home.write('tools.yaml', PACK);
  const run = await use(runCli(home, 'lint', '--server', url, '--output', 'text', file));
  const code = await run.exit(30_000);
  return { code, out: [...run.out, ...run.err] };
}

const TOLD = {
  legacy: /the tool echo has no argument "mesage"; did you mean message\? \[no-such-argument\]$/,
  modern: /no rule names the tool "read_file", .* \[unnamed-tool\]$/,
};

it.each(['legacy', 'modern'] as const)('of a server of the %s era', async (era) => {
  const { url } = era === 'modern' ? await use(startFixture()) : await use(startEverything());
  const { code, out } = await linted(url);
  expect(code).toBe(0);
  expect(out).toContainEqual(expect.stringMatching(TOLD[era]));
  expect(out).toContainEqual(expect.stringMatching(/"get-summ" matches no tool .* \[no-such-tool\]$/));
});

it('through a gate it is what the caller may see', async () => {
  const { url } = await use(startFixture());
  const policy = policyOf({ tools: [{ names: ['echo'], effect: 'Allow' }] }, {});
  const gate = await use(startGate({ upstream: url, policy, clients: { ada: 'token-of-ada' } }));
  const { out } = await linted(gate.url, { SALLYPORT_TOKEN: 'token-of-ada' });
  expect(out.filter((line) => line.includes('[unnamed-tool]'))).toEqual([]);
  const refused = await linted(gate.url);
  expect(refused.code).toBe(1);
  expect(refused.out.join('\n')).toMatch(
    /cannot list the tools of .*; look whether the server runs and takes the token/,
  );
});
