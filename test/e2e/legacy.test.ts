/** The handshake revisions through the gate, with the official clients and server-everything behind it. */
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterAll, cleanupAfterEach } from '../support/cleanup.ts';
import { type Negotiation, connectV1, connectV2, textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { type EverythingServer, startEverything } from '../support/everything.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { JSON_HEADERS, LEGACY, legacyHeaders, messagesIn, request } from '../support/messages.ts';
import { type PackSpec, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { openSession, post } from '../support/session.ts';

const all = cleanupAfterAll();
const each = cleanupAfterEach();
let everything: EverythingServer;
let gate: TestGate;
beforeAll(async () => {
  everything = await all.use(startEverything());
  gate = await all.use(startGate({ upstream: everything.url }));
});

const RULES: PackSpec = {
  tools: [
    { names: ['echo', 'get-*', 'trigger-*', 'toggle-*', 'simulate-*'], effect: 'Allow' },
    { name: 'no-env', names: ['get-env'], effect: 'Deny', reason: 'the environment holds credentials' },
  ],
  resources: [{ uris: ['demo://resource/static/**', 'demo://resource/dynamic/text/*'], effect: 'Allow' }],
  prompts: [{ names: ['simple-*'], effect: 'Allow' }],
};
beforeEach(() => gate.setPolicy(policyOf(RULES)));

type Client = Awaited<ReturnType<typeof connectV2>>;
const CLIENTS: [name: string, connect: () => Promise<Client>][] = [
  // The methods used here have one shape in both generations.
  ['SDK v1', async () => (await connectV1(gate.url)) as unknown as Client],
  ...(['legacy', 'auto'] as Negotiation[]).map((mode): [string, () => Promise<Client>] => [
    `SDK v2, ${mode}`,
    async () => connectV2(gate.url, mode),
  ]),
];

describe.each(CLIENTS)('%s', (_name, connect) => {
  it('lists what it may call, and nothing else', async () => {
    const client = await each.use(connect());
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toContain('echo');
    expect(names).toContain('get-sum');
    expect(names).not.toContain('get-env');
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(['simple-prompt']);
    const templates = (await client.listResourceTemplates()).resourceTemplates;
    expect(templates.map(({ uriTemplate }) => uriTemplate)).toEqual(['demo://resource/dynamic/text/{resourceId}']);
  });

  it('calls a tool that is allowed', async () => {
    const client = await each.use(connect());
    expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'hi' } }))).toBe('Echo: hi');
  });

  it('reads in the result why a tool is refused', async () => {
    const client = await each.use(connect());
    const result = await client.callTool({ name: 'get-env', arguments: {} });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toBe(
      'Refused by policy: rule finance/rules#no-env forbids tool "get-env" for anonymous callers (the environment holds credentials). Do not retry.',
    );
  });

  it('is refused what no rule names, whether the server has it or not', async () => {
    const client = await each.use(connect());
    for (const name of ['gzip-file-as-resource', 'does-not-exist']) {
      const result = await client.callTool({ name, arguments: {} });
      expect(textOf(result)).toMatch(`no rule allows tool "${name}"`);
    }
  });

  it('gets prompts that are allowed, and the reason for one that is not', async () => {
    const client = await each.use(connect());
    expect((await client.getPrompt({ name: 'simple-prompt' })).messages).toHaveLength(1);
    await expect(client.getPrompt({ name: 'args-prompt', arguments: { city: 'x' } })).rejects.toThrow(
      /no rule allows prompt/,
    );
  });
});

describe('messages from server to client pass', () => {
  const LONG_CALL = { name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 4 } };
  it.each<[name: string, call: (onprogress: (at: { progress: number }) => void) => Promise<unknown>]>([
    [
      'SDK v1',
      async (onprogress) => (await each.use(connectV1(gate.url))).callTool(LONG_CALL, undefined, { onprogress }),
    ],
    [
      'SDK v2',
      async (onprogress) => (await each.use(connectV2(gate.url, 'legacy'))).callTool(LONG_CALL, { onprogress }),
    ],
  ])('progress, as %s hears it', async (_name, call) => {
    const heard: number[] = [];
    await call(({ progress }) => void heard.push(progress));
    expect(heard).toEqual([1, 2, 3, 4]);
  });

  it('a request for sampling, and its answer', async () => {
    const client = await each.use(connectV1(gate.url, undefined, { sampling: {} }));
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      model: 'test',
      role: 'assistant',
      content: { type: 'text', text: 'sampled!' },
    }));
    // Tools that need the capability are registered after the handshake.
    const result = await eventually('the sampling tool', async () => {
      const called = await client.callTool({ name: 'trigger-sampling-request', arguments: { prompt: 'x' } });
      return called.isError === true ? undefined : called;
    });
    expect(textOf(result)).toContain('sampled!');
  });

  it('a request for elicitation, and its answer', async () => {
    const client = await each.use(connectV1(gate.url, undefined, { elicitation: {} }));
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'decline' }));
    const result = await eventually('the elicitation tool', async () => {
      const called = await client.callTool({ name: 'trigger-elicitation-request', arguments: {} });
      return called.isError === true ? undefined : called;
    });
    expect(textOf(result)).toMatch(/declined/i);
  });

  it('log messages on the standalone stream, at the level the client sets', async () => {
    const client = await each.use(connectV1(gate.url));
    const logged: unknown[] = [];
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void logged.push(params));
    await client.setLoggingLevel('debug');
    await client.callTool({ name: 'toggle-simulated-logging', arguments: {} });
    await eventually('a log message', () => logged.length > 0);
    await client.callTool({ name: 'toggle-simulated-logging', arguments: {} });
  });
});

describe('the bytes of a session', () => {
  const initialized = '{"jsonrpc":"2.0","method":"notifications/initialized"}';

  it('start with initialize, end with DELETE, and are 404 afterwards', async () => {
    const session = await openSession(gate);
    expect((await post(gate, legacyHeaders(session), initialized)).status).toBe(202);
    expect((await rawExchange(gate.port, { method: 'DELETE', headers: legacyHeaders(session) })).status).toBe(200);
    const after = await post(gate, legacyHeaders(session), request('tools/list'));
    expect(after.status).toBe(404);
    expect(messagesIn(after.body)).toMatchObject([{ error: { code: -32001 } }]);
  });

  it.each(['2024-11-05', '2025-03-26', '2025-06-18', LEGACY])('negotiate %s', async (protocolVersion) => {
    const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const { body } = await post(gate, JSON_HEADERS, request('initialize', params));
    expect(messagesIn(body)).toMatchObject([{ result: { protocolVersion } }]);
  });

  it('stay filtered when a list is replayed on a resumed stream', async () => {
    const session = await openSession(gate);
    await post(gate, legacyHeaders(session), initialized);
    const { body } = await post(gate, legacyHeaders(session), request('tools/list', {}, 7));
    const [firstEvent] = /(?<=^id: ).+$/m.exec(body) ?? [];
    expect(firstEvent).toBeDefined();
    const resumed = await fetch(gate.url, {
      headers: {
        accept: 'text/event-stream',
        'mcp-session-id': session,
        'mcp-protocol-version': LEGACY,
        'last-event-id': firstEvent ?? '',
      },
    });
    expect(resumed.status).toBe(200);
    let text = '';
    for await (const chunk of resumed.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('"id":7')) break;
    }
    expect(text).toContain('"name":"get-sum"');
    expect(text).not.toContain('"name":"get-env"');
  });

  it('keep event ids and retry times of the server', async () => {
    const session = await openSession(gate);
    const { body } = await post(gate, legacyHeaders(session), request('tools/list', {}, 7));
    expect(body).toMatch(/^id: .+/m);
  });
});
