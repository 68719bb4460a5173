/**
 * A call whose content is refused is answered as every other call is: under its id, where its sender waits for it. On every transport, and
 * with everything else in the session untouched.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterAll, cleanupAfterEach } from '../support/cleanup.ts';
import { type CliProcess, Workspace, runCli } from '../support/cli.ts';
import { openStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { startEverything } from '../support/everything.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { INITIALIZE, JSON_HEADERS, callTool, legacyHeaders, messagesIn, modernRequest } from '../support/messages.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { openSession, post } from '../support/session.ts';
import { answerTo, messagesOut, sendLine, shakeHands } from '../support/stdio-lines.ts';

const all = cleanupAfterAll();
const { defer, use } = cleanupAfterEach();
const everything = all.use(startEverything('sse'));

/** Rows of a table; text that was cut in the middle of an emoji. */
const ROW = callTool('echo', { message: 'x', row: { ID: 1, id: 2 } }, 'row');
const HALF = callTool('echo', { message: 'ok \ud83d' }, 'half');
const shownUnder = (id: unknown, says: RegExp): object => ({
  id,
  result: { isError: true, content: [{ type: 'text', text: expect.stringMatching(says) as string }] },
});

describe('over HTTP+SSE', () => {
  let gate: TestGate;
  beforeEach(async () => {
    gate = await use(startGate({ upstream: (await everything).url }));
  });

  it('is answered on the stream of the session, and the POST was taken', async () => {
    const stream = await openStream(gate.url);
    defer(() => stream.close());
    const target = await stream.find(/(?<=data: )\/\S+/);
    const send = async (body: string): Promise<RawResponse> =>
      rawExchange(gate.port, { target, headers: JSON_HEADERS, body });
    await send(INITIALIZE);
    await stream.find(/"protocolVersion"/);
    for (const [body, id, says] of [
      [ROW, 'row', 'differ only in case'],
      [HALF, 'half', 'surrogate'],
    ] as const) {
      expect(await send(body)).toMatchObject({ status: 202 });
      const event = await stream.find(new RegExp(`(?<=data: ){[^\\n]*"id":"${id}"[^\\n]*`));
      expect(JSON.parse(event)).toMatchObject(shownUnder(id, new RegExp(says)));
    }
    expect(await send('{"jsonrpc":"2.0","id":1')).toMatchObject({ status: 400 });
    expect(await send(callTool('echo', { message: 'alive' }, 9))).toMatchObject({ status: 202 });
    await stream.find(/Echo: alive/);
  });

  it('has no way back without a stream, and says so', async () => {
    const target = '/mcp?sessionId=nobody';
    expect(await rawExchange(gate.port, { target, headers: JSON_HEADERS, body: ROW })).toMatchObject({ status: 404 });
  });
});

describe('over stdio', () => {
  let wrap: CliProcess;
  beforeEach(async () => {
    const home = await use(new Workspace());
    mkdirSync(home.path('policy'));
    home.write(
      'policy/rules.yaml',
      `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: rules}
spec:
  tools: [{names: ["*"], effect: Allow}]
  limits: {body: 4Ki}
`,
    );
    const server = join(import.meta.dirname, '..', 'support', 'stdio-fixture-server.ts');
    const audit = home.path('audit.jsonl');
    wrap = await use(runCli(home, 'wrap', '-f', home.path('policy'), '--audit', audit, '--', process.execPath, server));
  });

  it('is answered on a line of its own, and what is open beside it goes on', async () => {
    await shakeHands(wrap);
    sendLine(wrap, callTool('slow', { ms: 500 }, 2));
    for (const [id, body, says] of [
      [3, '{"a":{"ID":1,"id":2}}', /differ only in case/],
      [4, String.raw`{"a":"\ud83d"}`, /surrogate/],
      [5, `{"a":"${'x'.repeat(5_000)}"}`, /at most 4096 bytes/],
      [6, `{"a":${'['.repeat(100)}${']'.repeat(100)}}`, /deeper than 64/],
    ] as const) {
      sendLine(wrap, callTool('echo', {}, id).replace('{}', body));
      expect(await answerTo(wrap, id)).toMatchObject(shownUnder(id, says));
    }
    sendLine(wrap, '{"jsonrpc":"2.0","method":"notifications/progress","params":{"message":"\\ud83d"}}');
    sendLine(wrap, `[${callTool('echo', {}, 7)},${callTool('echo', {}, 8)}]`);
    for (const id of [7, 8]) await answerTo(wrap, id);
    expect(await answerTo(wrap, 2)).toMatchObject({ result: { content: [{ type: 'text' }] } });
    // Nothing was said to nobody.
    expect(messagesOut(wrap).filter(({ id }) => id === null)).toEqual([]);
  });

  it('is a complete result to a client of 2026-07-28', async () => {
    sendLine(wrap, modernRequest('tools/call', { name: 'echo', arguments: { ID: 1, id: 2 } }, 1));
    expect(await answerTo(wrap, 1)).toMatchObject({ result: { isError: true, resultType: 'complete' } });
  });
});

describe('a response of the client', () => {
  let server: ScriptedServer;
  let gate: TestGate;
  let session: string;
  const asked = {
    jsonrpc: '2.0',
    id: 'e1',
    method: 'elicitation/create',
    params: { message: 'm', requestedSchema: {} },
  };
  beforeEach(async () => {
    server = await use(startScripted());
    gate = await use(startGate({ upstream: server.url }));
    session = await openSession(gate);
    server.events(asked, { jsonrpc: '2.0', id: 1, result: { content: [] } });
  });
  const answer = (id: string): string =>
    `{"jsonrpc":"2.0","id":"${id}","result":{"action":"accept","content":{"text":"\\ud83d"}}}`;

  it('is taken, and the server, which waits for it, hears that it was refused', async () => {
    const { body } = await post(gate, legacyHeaders(session), callTool('echo'));
    expect(messagesIn(body)).toMatchObject([{ id: 'e1' }, { id: 1 }]);
    expect(await post(gate, legacyHeaders(session), answer('e1'))).toMatchObject({ status: 202, body: '' });
    const told = await eventually('the server is told', () => server.posted.find(({ id }) => id === 'e1'));
    expect(told).toMatchObject({ error: { code: -32600, message: expect.stringMatching(/surrogate/) as string } });
    expect(await gate.decisions(4)).toMatchObject([{}, {}, {}, { decision: { reason: 'lone-surrogate' } }]);
  });

  it('goes nowhere when the server did not ask', async () => {
    expect(await post(gate, legacyHeaders(session), answer('x'))).toMatchObject({ status: 202, body: '' });
    await gate.decisions(2);
    expect(server.posted.filter(({ id }) => id === 'x')).toEqual([]);
  });
});
