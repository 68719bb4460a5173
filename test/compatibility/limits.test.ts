/** A call that is limited is an answer to every official client: its text reaches the model, and the session and its other calls go on. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { connectV1, connectV2, textOf } from '../support/clients.ts';
import { startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { pythonClient } from './clients/python.ts';
import { PYTHON, SDK_1, SDK_2 } from './python-sdks.ts';
import { versionOf } from './versions.ts';

const { use } = cleanupAfterAll();
type Call = (tool: string) => Promise<{ readonly text: string; readonly isError: boolean }>;
type Caller = readonly [name: string, connect: (gate: TestGate) => Promise<Call>];

const result = (said: Parameters<typeof textOf>[0]) => ({
  text: textOf(said),
  isError: (said as { readonly isError?: boolean }).isError === true,
});
const ECHO = { text: 'hi' };

const v2 = (negotiation: 'legacy' | 'modern', called: string): Caller => [
  `TypeScript SDK ${versionOf('client')}, ${called}`,
  async (gate) => {
    const client = await use(connectV2(gate.url, negotiation));
    return async (name) => result(await client.callTool({ name, arguments: ECHO }));
  },
];

const python = (name: string, sdk: typeof SDK_1, mode: 'legacy' | 'auto'): Caller => [
  name,
  async (gate) => {
    const session = await use(pythonClient(name, sdk.driver, mode, 'Streamable HTTP').connect(gate.url));
    return async (tool) => result(await session.call(tool, ECHO));
  },
];

const CALLERS: readonly Caller[] = [
  [
    `TypeScript SDK ${versionOf('sdk')}`,
    async (gate) => {
      const client = await use(connectV1(gate.url));
      return async (name) => result(await client.callTool({ name, arguments: ECHO }));
    },
  ],
  v2('legacy', 'legacy'),
  v2('modern', '2026-07-28'),
];
const PYTHONS: readonly Caller[] = [
  python(`Python SDK ${SDK_1.version}`, SDK_1, 'legacy'),
  python(`Python SDK ${SDK_2.version}, legacy`, SDK_2, 'legacy'),
  python(`Python SDK ${SDK_2.version}, as it chooses`, SDK_2, 'auto'),
];

async function goesOn([, connect]: Caller): Promise<void> {
  const server = await use(startFixture());
  const limits = { rate: [{ tools: ['echo'], calls: 1, window: '1h' }] };
  const policy = policyOf({ ...ALLOW_ALL, limits }, { anonymous: true });
  const call = await connect(await use(startGate({ upstream: server.url, policy })));
  expect((await call('echo')).isError).toBe(false);
  for (let i = 0; i < 2; i++) {
    const limited = await call('echo');
    expect(limited.isError).toBe(true);
    expect(limited.text).toMatch(/after 1 call by this caller in an hour.*Call again in 6\d minutes, at [\d:]{8}Z/);
  }
  expect((await call('transfer')).text).not.toContain('Refused');
}

describe('a limited call ends no session', () => {
  it.each(CALLERS)('of %s', async (...caller) => goesOn(caller));
});

describe.skipIf(PYTHON === undefined)('nor those in Python', () => {
  beforeAll(async () => {
    await Promise.all([use(SDK_1.start()), use(SDK_2.start())]);
  });

  it.each(PYTHONS)('of %s', async (...caller) => goesOn(caller));
});
