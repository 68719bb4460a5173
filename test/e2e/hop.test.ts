/** Any replica answers: official clients before several gates of one server, with nothing that keeps a session at one of them. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { pythonClient } from '../compatibility/clients/python.ts';
import { PYTHON, SDK_1, SDK_2 } from '../compatibility/python-sdks.ts';
import { cleanupAfterAll, cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, connectV2, textOf } from '../support/clients.ts';
import { openStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { startEverything } from '../support/everything.ts';
import { startFixture } from '../support/fixture-server.ts';
import { callTool, legacyHeaders, messagesIn } from '../support/messages.ts';
import { ALLOW_ALL } from '../support/policy.ts';
import { askBy, hopsOf, openSessionBy, startGates } from '../support/replicas.ts';
import { startResumable } from '../support/resumable-server.ts';

const all = cleanupAfterAll();
const { use, defer } = cleanupAfterEach();

describe('each request goes to another replica', () => {
  const started = all.use(startGates(3, startFixture, { ...ALLOW_ALL, limits: { body: '2Mi' } }));
  beforeAll(async () => {
    await started;
    if (PYTHON !== undefined) for (const sdk of [SDK_1, SDK_2]) await all.use(sdk.start());
  }, 60_000);

  it.each(['v1', 'v2'])(
    'TypeScript %s: one server has all of a session, and it is on record once',
    async (generation) => {
      const { url, servers, gates, asked } = await started;
      const client = await (generation === 'v1' ? connectV1(url) : connectV2(url, 'legacy'));
      defer(() => client.close());
      const [before, askedBefore] = [servers.map(({ executed }) => executed.length), [...asked.values()]];
      for (let i = 0; i < 6; i++) {
        expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo');
        const text = textOf(await client.callTool({ name: 'echo', arguments: { [generation]: i } }));
        expect(text).toBe(`echo {"${generation}":${i}}`);
      }
      expect(servers.map(({ executed }, i) => executed.length - (before[i] ?? 0)).sort((a, b) => a - b)).toEqual([
        0, 0, 6,
      ]);
      for (const [i, count] of [...asked.values()].entries()) expect(count - (askedBefore[i] ?? 0)).toBeGreaterThan(2);
      for (const [i, gate] of gates.entries()) {
        const echoes = (servers[i]?.executed ?? []).length;
        const lines = await eventually('all are on record', async () => {
          const found = (await gate.decisions()).filter(({ tool }) => tool === 'echo');
          return found.length >= echoes ? found : undefined;
        });
        expect(lines).toHaveLength(echoes);
      }
      expect((await hopsOf(gates))['answered']).toBeGreaterThan(6);
    },
  );

  it.each([
    ['1', SDK_1, 'legacy'],
    ['2', SDK_2, 'legacy'],
    ['2, as it chooses', SDK_2, 'auto'],
  ] as const)('Python %s', async (_name, sdk, mode) => {
    if (PYTHON === undefined) return;
    const { url } = await started;
    const session = await pythonClient('Python', sdk.driver, mode, 'Streamable HTTP').connect(url);
    for (let i = 0; i < 4; i++) {
      await session.tools();
      expect(JSON.stringify(await session.call('echo', { i }))).toContain(`echo {\\"i\\":${i}}`);
    }
    await session.close();
  });

  it('the modern era needs no hop', async () => {
    const { url, servers, gates } = await started;
    const client = await connectV2(url, 'modern');
    defer(() => client.close());
    const before = await hopsOf(gates);
    const executed = servers.map((server) => server.executed.length);
    for (let i = 0; i < 6; i++) await client.callTool({ name: 'echo', arguments: {} });
    expect(servers.map((server, i) => server.executed.length - (executed[i] ?? 0))).toEqual([2, 2, 2]);
    expect(await hopsOf(gates)).toEqual(before);
  });

  it('the server knows its own id alone, the log too, and no client sees an address', async () => {
    const { gates, servers } = await started;
    const [first, second] = gates;
    const id = await openSessionBy(first?.url ?? '');
    expect(id).toMatch(/^sps1\.[\w-]{50,80}\.[\x21-\x7e]+$/);
    expect(Buffer.from(id.split('.')[1] ?? '', 'base64url').toString('latin1')).not.toContain('127.0');
    const answer = await askBy(second?.url ?? '', callTool('echo', {}), id);
    // A client that takes the id of each answer keeps the one that it has.
    expect(answer.headers.get('mcp-session-id') ?? id).toBe(id);
    await answer.text();
    const own = id.slice(id.indexOf('.', 5) + 1);
    const seen = servers.flatMap((server) => server.seen).filter(({ headers }) => headers['mcp-session-id'] === own);
    expect(seen.at(-1)?.body).toContain('echo');
    expect(JSON.stringify(servers.flatMap((server) => server.seen))).not.toContain('sps1.');
    const lines = await first?.decisions();
    expect(lines?.some(({ session }) => session === own)).toBe(true);
    expect(JSON.stringify(lines)).not.toContain('sps1.');
  });

  it('a session that is ended at another replica is over everywhere', async () => {
    const { url } = await started;
    const id = await openSessionBy(url);
    for (const gone of [false, true]) {
      for (let i = 0; i < 3; i++) {
        const { status } = await askBy(url, callTool('echo', {}), id);
        expect(status).toBe(gone ? 404 : 200);
      }
      if (gone) continue;
      const ended = await fetch(url, { method: 'DELETE', headers: { 'mcp-session-id': id } });
      expect(ended.status).toBe(200);
    }
  });

  it('a body of a megabyte passes, and one that is larger than the policy has it is refused under its id', async () => {
    const { gates } = await started;
    const id = await openSessionBy(gates[0]?.url ?? '');
    const sized = (bytes: number): string => callTool('echo', { text: 'x'.repeat(bytes) }, 'large');
    const large = await askBy(gates[1]?.url ?? '', sized(1024 * 1024), id);
    expect(messagesIn(await large.text()).at(-1)).toMatchObject({ id: 'large', result: {} });
    const tooLarge = await askBy(gates[1]?.url ?? '', sized(3 * 1024 * 1024), id);
    const [refused] = messagesIn(await tooLarge.text());
    expect(refused).toMatchObject({ id: 'large' });
    expect(JSON.stringify(refused)).toMatch(/too large/);
  });
});

it('a stream that broke off is resumed at another replica', async () => {
  const { url } = await use(startGates(2, startResumable));
  const headers = Object.fromEntries(legacyHeaders(await openSessionBy(url)));
  // The gates take turns, so the call and what resumes it go to different ones.
  const call = await openStream(url, { method: 'POST', headers, body: callTool('slow', {}, 7) });
  const eventId = await call.find(/(?<=id: )\S+/);
  call.close();
  const resumed = await eventually('the stream is resumed', async () => {
    const more = { accept: 'text/event-stream', 'last-event-id': eventId };
    const stream = await openStream(url, { headers: { ...headers, ...more } });
    defer(() => stream.close());
    return stream.status === 200 ? stream : undefined;
  });
  await resumed.find(/done/);
  expect(messagesIn(resumed.text).at(-1)).toMatchObject({ id: 7, result: { content: [{ text: 'done' }] } });
}, 60_000);

describe('what the server asks of its client', () => {
  const asking = async (transport: StreamableHTTPClientTransport | SSEClientTransport): Promise<string> => {
    const client = new Client({ name: 'e2e', version: '1' }, { capabilities: { elicitation: {} } });
    client.setRequestHandler(ElicitRequestSchema, async () => Promise.resolve({ action: 'decline' }));
    await client.connect(transport);
    await use(client);
    return textOf(await client.callTool({ name: 'trigger-elicitation-request', arguments: {} }));
  };

  it('over Streamable HTTP: the answer finds the replica whose server has asked', async () => {
    const { url, gates } = await use(startGates(2, startEverything));
    for (let i = 0; i < 2; i++)
      expect(await asking(new StreamableHTTPClientTransport(new URL(url)))).toMatch(/declined/i);
    expect((await hopsOf(gates))['answered']).toBeGreaterThan(2);
  }, 60_000);

  it('over HTTP+SSE: what is posted finds the replica that has the stream', async () => {
    const { url, gates } = await use(startGates(2, async () => startEverything('sse')));
    for (let i = 0; i < 2; i++) expect(await asking(new SSEClientTransport(new URL(url)))).toMatch(/declined/i);
    await eventually('hops', async () => ((await hopsOf(gates))['answered'] ?? 0) > 2);
  }, 60_000);
});
