/** Two keys that differ only in case: refused for servers nobody knows, passed on for those a pack vouches for. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { JSON_HEADERS, callTool, legacyHeaders } from '../support/messages.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../support/policy.ts';
import { openSession, post } from '../support/session.ts';

const { use } = cleanupAfterAll();
let fixture: FixtureServer;
beforeAll(async () => {
  fixture = await use(startFixture());
});

const ROW = callTool('echo', { row: { ID: 1, id: 2 }, file: '/data/a', File: '/data/b' });
const gateFor = (spec: PackSpec): Promise<TestGate> =>
  use(startGate({ upstream: fixture.url, policy: policyOf(spec) }));
const send = async (gate: TestGate, body: string) => post(gate, legacyHeaders(await openSession(gate)), body);

describe('two keys that differ only in case', () => {
  it('are refused where no pack says anything, and where one says CaseInsensitive', async () => {
    for (const spec of [ALLOW_ALL, { ...ALLOW_ALL, wire: { keys: 'CaseInsensitive' as const } }]) {
      const gate = await gateFor(spec);
      const { body } = await send(gate, ROW);
      expect(body).toContain('differ only in case');
      expect(body).toContain('CaseSensitive');
      expect((await gate.decisions(2)).at(-1)?.decision.reason).toBe('duplicate-key');
    }
  });

  it('reach a server that is said to tell them apart, byte for byte', async () => {
    const gate = await gateFor({ ...ALLOW_ALL, wire: { keys: 'CaseSensitive' } });
    const { status, body } = await send(gate, ROW);
    expect(status).toBe(200);
    expect(body).toContain('result');
    expect(fixture.seen.at(-1)?.body).toBe(ROW);
  });

  it.each([
    ['METHOD beside method', ROW.replace('"method"', '"METHOD":"tools/list","method"'), -32600, 'misspelled-key'],
    ['NAME beside name', ROW.replace('"name"', '"NAME":"danger","name"'), -32600, 'misspelled-key'],
    ['one key twice', ROW.replace('"ID":1', '"id":1'), 'result', 'duplicate-key'],
  ] as const)('%s is refused there as well', async (_name, body, code, reason) => {
    const gate = await gateFor({ ...ALLOW_ALL, wire: { keys: 'CaseSensitive' } });
    const expected = { status: 200, code, says: /must be spelled|same key twice/, reason };
    await expectRefused(gate, fixture, { headers: JSON_HEADERS, body }, expected);
  });

  it('are both checked there where a rule names one of them', async () => {
    const gate = await gateFor({
      tools: [{ names: ['*'], effect: 'Allow', arguments: { file: { type: 'path', roots: ['/data'] } } }],
      wire: { keys: 'CaseSensitive' },
    });
    expect((await send(gate, ROW)).body).toContain('result');
    const before = fixture.seen.filter(({ body }) => body.includes('tools/call')).length;
    const { body } = await send(gate, ROW.replace('/data/b', '/etc/passwd'));
    expect(body).toContain('leads outside');
    expect(fixture.seen.filter((asked) => asked.body.includes('tools/call'))).toHaveLength(before);
  });
});
