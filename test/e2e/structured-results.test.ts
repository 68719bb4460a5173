/** Redacted results of a tool with an output schema: official clients hold them against it, and fail the call where they do not fit. */
import { beforeEach, describe, expect, it } from 'vitest';
import { CARD, MAIL, isWithheld, redacting, registerCards } from '../support/card-surface.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, connectV2 } from '../support/clients.ts';
import { startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';

const { use } = cleanupAfterEach();

interface AnyClient {
  listTools(): Promise<unknown>;
  callTool(params: { name: string; arguments: object }): Promise<unknown>;
  close(): Promise<void>;
}

const CLIENTS: [name: string, connect: (url: string) => Promise<AnyClient>][] = [
  ['the first generation', async (url) => (await connectV1(url)) as unknown as AnyClient],
  ['the second, in a session', async (url) => (await connectV2(url, 'legacy')) as unknown as AnyClient],
  ['the second, without sessions', async (url) => (await connectV2(url, 'modern')) as unknown as AnyClient],
];

describe.each(CLIENTS)('for a client of %s', (_, connect) => {
  let gate: TestGate;
  let client: AnyClient;
  const call = async (): Promise<unknown> => client.callTool({ name: 'get_customer', arguments: {} });
  beforeEach(async () => {
    const { url } = await use(startFixture(0, { onServer: registerCards }));
    gate = await use(startGate({ upstream: url, policy: policyOf(ALLOW_ALL) }));
    client = await use(connect(gate.url));
  });

  it.each([
    ['a number', 'creditCard', String(CARD)],
    ['an address', 'email', MAIL],
  ] as const)('%s that is redacted costs the structured part, not the call', async (_what, detect, value) => {
    gate.setPolicy(policyOf(redacting(detect)));
    await client.listTools();
    const result = await call();
    expect(isWithheld(result)).toBe(true);
    expect(JSON.stringify(result)).not.toContain(value);
  });

  it('what fits stays', async () => {
    gate.setPolicy(
      policyOf({
        ...ALLOW_ALL,
        dlp: [{ words: [{ name: 'who', words: ['Ada'] }], in: ['results'], effect: 'Redact' }],
      }),
    );
    await client.listTools();
    expect(await call()).toMatchObject({ structuredContent: { name: '[redacted: who-1]', card: CARD, mail: MAIL } });
  });
});
