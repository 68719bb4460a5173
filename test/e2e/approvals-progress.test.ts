/** What a client that asked for progress hears of a call that is held first and runs then. */
import { beforeEach, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, connectV2 } from '../support/clients.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { decidePending, policyHolding, transfer } from '../support/held-calls.ts';

const { defer, use } = cleanupAfterEach();
let fixture: FixtureServer;
let gate: TestGate;
beforeEach(async () => {
  fixture = await use(startFixture());
  gate = await use(startGate({ upstream: fixture.url, policy: policyHolding('20s') }));
});

interface Heard {
  readonly progress: number;
  readonly total?: number | undefined;
  readonly message?: string | undefined;
}
type Listener = (heard: Heard) => void;
const PARAMS = { name: 'steps', arguments: { steps: 3 } };

it.each<[name: string, call: (onprogress: Listener) => Promise<unknown>]>([
  [
    'SDK v1',
    async (onprogress) => {
      const client = await connectV1(gate.url);
      defer(() => client.close());
      return client.callTool(PARAMS, undefined, { onprogress });
    },
  ],
  ...(['legacy', 'modern'] as const).map((era): [string, (onprogress: Listener) => Promise<unknown>] => [
    `SDK v2, ${era}`,
    async (onprogress) => {
      const client = await connectV2(gate.url, era);
      defer(() => client.close());
      return client.callTool(PARAMS, { onprogress });
    },
  ]),
])("%s: values only grow, over the hold and the server's own from zero", async (_name, call) => {
  const heard: Heard[] = [];
  const called = call((one) => heard.push(one));
  await decidePending(gate, 'Approved');
  expect(await called).toMatchObject({ content: [{ text: 'stepped' }] });
  expect(heard[0]?.message).toMatch(/^waiting for approval ledger-steps-/);
  expect(heard.map(({ message }) => message).slice(1)).toEqual(['step 0', 'step 1', 'step 2', 'step 3']);
  const values = heard.map(({ progress }) => progress);
  expect(values).toEqual([...new Set(values)].toSorted((a, b) => a - b));
  const last = heard.at(-1);
  expect(last?.progress).toBe(last?.total);
});

it('nothing, when it gave no token: a token of our own would be none of its own', async () => {
  const held = transfer(gate, { steps: 2 }, { tool: 'steps' });
  await decidePending(gate, 'Approved');
  expect((await held).messages).toHaveLength(1);
});

it('under its own token only, whatever its type', async () => {
  for (const progressToken of ['p', 0, 77]) {
    const held = transfer(gate, { steps: 2, n: progressToken }, { tool: 'steps', meta: { progressToken } });
    await decidePending(gate, 'Approved');
    const { messages } = await held;
    expect(messages.slice(0, -1)).toHaveLength(4);
    for (const { params } of messages.slice(0, -1)) expect(params).toMatchObject({ progressToken });
  }
});
