/** Redacted results of a tool with an output schema, for the official Python clients, which hold results against it as well. */
import { describe, expect, it } from 'vitest';
import { CARD, MAIL, isWithheld, redacting, registerCards } from '../support/card-surface.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { startFixture } from '../support/fixture-server.ts';
import { startGate } from '../support/gate.ts';
import { policyOf } from '../support/policy.ts';
import { pythonClient } from './clients/python.ts';
import { PYTHON, SDK_1, SDK_2 } from './python-sdks.ts';

const { use } = cleanupAfterEach();

describe.skipIf(PYTHON === undefined)('a number, or an address, that is redacted costs the structured part', () => {
  it.each([
    ['1', SDK_1, 'legacy'],
    ['2', SDK_2, 'legacy'],
    ['2, as it chooses', SDK_2, 'auto'],
  ] as const)('and not the call, for Python SDK %s', async (_, sdk, mode) => {
    await use(sdk.start());
    const { url } = await use(startFixture(0, { onServer: registerCards }));
    for (const detect of ['creditCard', 'email'] as const) {
      const gate = await use(startGate({ upstream: url, policy: policyOf(redacting(detect)) }));
      const session = await use(pythonClient('Python', sdk.driver, mode, 'Streamable HTTP').connect(gate.url));
      await session.tools();
      const result = await session.call('get_customer', {});
      expect(isWithheld(result), JSON.stringify(result)).toBe(true);
      expect(JSON.stringify(result)).not.toContain(detect === 'email' ? MAIL : String(CARD));
    }
  });
});
