/** Calls that are made to be dear to decide on: they are refused and recorded, and nobody else waits for them. */
import { expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { startFixture } from '../support/fixture-server.ts';
import { startGate } from '../support/gate.ts';
import { JSON_HEADERS, callTool, messagesIn, modernHeaders, modernRequest, request } from '../support/messages.ts';
import { type PackSpec, policyOf } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';

const { use } = cleanupAfterEach();

const RULES: PackSpec = {
  limits: { body: '4Mi' },
  tools: Array.from({ length: 10 }, (_, i) => ({
    names: ['echo'],
    effect: 'Allow',
    arguments: { path: { type: 'path', roots: ['/data', `/other-${i}`] } },
  })),
};
/** 4 MB of paths that are inside, and are read in several ways. */
const ATTACK = { path: Array.from({ length: 1000 }, (_, i) => `${'é/'.repeat(1300)}${i}`) };

async function start() {
  const fixture = await use(startFixture());
  const gate = await use(startGate({ upstream: fixture.url, policy: policyOf(RULES) }));
  const call = async (args: Record<string, unknown>): Promise<RawResponse> =>
    rawExchange(gate.port, {
      headers: modernHeaders('tools/call', 'echo'),
      body: modernRequest('tools/call', { name: 'echo', arguments: args }),
    });
  return { fixture, gate, call };
}

it('refuses a call with 1,000 long paths under ten rules in words for the model, and records it', async () => {
  const { fixture, gate, call } = await start();
  const { status, body } = await call(ATTACK);
  expect(status).toBe(200);
  expect(messagesIn(body)[0]).toMatchObject({
    result: {
      isError: true,
      content: [
        {
          text: expect.stringMatching(
            /^Not executed: tool "echo".*send less in one call, and the rest in others/s,
          ) as string,
        },
      ],
      _meta: { 'sallyport.dev/refusal': { reason: 'inspection-budget' } },
    },
  });
  expect(fixture.executed).toEqual([]);
  expect((await gate.decisions(1))[0]).toMatchObject({
    tool: 'echo',
    outcome: 'refused',
    decision: { effect: 'Deny', reason: 'inspection-budget' },
  });
});

it('answers other calls while such calls come in', { tags: ['bounded'] }, async () => {
  const { call } = await start();
  await call({ path: '/data/warm' });
  const attacks = Array.from({ length: 10 }, async () => call(ATTACK));
  const start_ = performance.now();
  for (let i = 0; i < 10; i++) expect((await call({ path: `/data/${i}` })).body).toContain('"result"');
  // Ten of them took a minute.
  expect(performance.now() - start_).toBeLessThan(10_000);
  for (const { body } of await Promise.all(attacks)) expect(body).toContain('inspection-budget');
});

it('gives all messages of a batch one budget, and each its own answer', async () => {
  const { fixture, gate } = await start();
  const params = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  const { headers } = await rawExchange(gate.port, { headers: JSON_HEADERS, body: request('initialize', params) });
  const session: [string, string] = ['Mcp-Session-Id', headers['mcp-session-id'] ?? expect.fail('no session')];
  // Each alone would be well within it.
  const calls = Array.from({ length: 50 }, (_, i) =>
    callTool('echo', { path: ATTACK.path.slice(2 * i, 2 * i + 2) }, i),
  );
  const { body } = await rawExchange(gate.port, { headers: [...JSON_HEADERS, session], body: `[${calls.join()}]` });
  const answers = messagesIn(body);
  expect(answers.map(({ id }) => id).toSorted((a, b) => Number(a) - Number(b))).toEqual([...calls.keys()]);
  const refused = answers.filter((answer) => JSON.stringify(answer).includes('inspection-budget'));
  expect(fixture.executed.length).toBeGreaterThan(0);
  expect(refused).toHaveLength(50 - fixture.executed.length);
  expect(refused.length).toBeGreaterThan(25);
  expect((await gate.decisions(51)).filter(({ outcome }) => outcome === 'refused')).toHaveLength(refused.length);
});
