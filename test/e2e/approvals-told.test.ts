/** Whoever is behind a client sees that a call waits for somebody else, where a pack wants that and the client has dialogs. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, connectV2, textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { decidePending, pendingApproval } from '../support/held-calls.ts';
import { type PackSpec, holdingFor, policyOf } from '../support/policy.ts';

const { use } = cleanupAfterEach();
const approval = { hold: '20s', tell: 'Elicitation' } as const;
const rule = { names: ['transfer'], effect: 'RequireApproval', reason: 'transfers need a person' } as const;
const TOLD: PackSpec = { tools: [{ ...rule, names: ['transfer'], approval }] };
const CALL = { name: 'transfer', arguments: { amount: 1, to: 'ACME' } };
let fixture: FixtureServer;
let gate: TestGate;
beforeEach(async () => {
  fixture = await use(startFixture());
  gate = await use(startGate({ upstream: fixture.url, policy: policyOf(TOLD, { anonymous: true }) }));
});

type Action = 'accept' | 'decline' | 'cancel';

/** Its dialogs, and what was chosen in each; `undefined`: nothing, as long as it is open. */
async function clientWith(answer: (shown: string) => Action | undefined, connect: 'v1' | 'legacy' = 'v1') {
  const shown: string[] = [];
  let taken = 0;
  const onElicit = async ({ params }: { params: { message: string } }, { signal }: { signal: AbortSignal }) => {
    shown.push(params.message);
    const action = answer(params.message);
    if (action !== undefined) return { action, ...(action === 'accept' && { content: {} }) };
    return new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        taken++;
        reject(new Error('taken away'));
      });
    });
  };
  const capabilities = { elicitation: {} };
  if (connect === 'v1') {
    const { ElicitRequestSchema } = await import('@modelcontextprotocol/sdk/types.js');
    const client = await use(connectV1(gate.url, undefined, capabilities));
    client.setRequestHandler(ElicitRequestSchema, onElicit);
    return { shown, taken: () => taken, call: async () => client.callTool(CALL) };
  }
  const client = await use(connectV2(gate.url, 'legacy', undefined, capabilities));
  client.setRequestHandler('elicitation/create', (async (
    request: never,
    { mcpReq }: { mcpReq: { signal: AbortSignal } },
  ) => onElicit(request, mcpReq)) as never);
  return { shown, taken: () => taken, call: async () => client.callTool(CALL) };
}

describe.each(['v1', 'legacy'] as const)('the official client (%s)', (connect) => {
  it('is shown what it waits for, and the dialog is taken away when a person has decided', async () => {
    const { shown, taken, call } = await clientWith(() => undefined, connect);
    const result = call();
    await eventually('it is shown', () => shown.length === 1);
    const { name } = await pendingApproval(gate);
    expect(shown[0]).toContain(`another person's approval`);
    expect(shown[0]).toContain(`${name}: transfers need a person`);
    await decidePending(gate, 'Approved');
    expect(textOf(await result)).toContain('transfer');
    await eventually('it is taken away', () => taken() === 1);
    expect(fixture.executed).toEqual(['transfer']);
  });

  it.each(['accept', 'cancel'] as const)(
    'who answers with %s approves nothing, and goes on waiting',
    async (action) => {
      const { shown, call } = await clientWith(() => action, connect);
      const result = call();
      await eventually('the answer has come', async () =>
        (await gate.decisions()).some(({ decision }) => (decision as { reason?: string }).reason === 'answers-gate'),
      );
      expect([(await pendingApproval(gate)).state, fixture.executed]).toEqual(['Pending', []]);
      await decidePending(gate, 'Approved');
      expect(textOf(await result)).toContain('transfer');
      expect(shown).toHaveLength(1);
    },
  );

  it('who declines does not wait: the decision is there for an identical call', async () => {
    const { call } = await clientWith(() => 'decline', connect);
    expect(textOf(await call())).toMatch(/^Not executed yet/);
    await decidePending(gate, 'Approved');
    expect(textOf(await call())).toContain('transfer');
    expect(fixture.executed).toEqual(['transfer']);
  });

  it('is told at the end of the hold as well', async () => {
    gate.setPolicy(holdingFor(policyOf(TOLD, { anonymous: true }), 200));
    const { taken, call } = await clientWith(() => undefined, connect);
    expect(textOf(await call())).toMatch(/^Not executed yet/);
    await eventually('it is taken away', () => taken() === 1);
  });
});

it('the server hears nothing of it', async () => {
  const { call } = await clientWith(() => 'decline');
  await call();
  expect(fixture.seen.filter(({ body }) => body.includes('sallyport-') || body.includes('"action"'))).toEqual([]);
});
