/** Keys that the server is shown and nobody else: what reaches it, what is taken out of what it says, and where no key may ever be found. */
import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MCPServerInput } from '../../core/api/mcp-server.ts';
import { formsOf } from '../../core/credentials/forms.ts';
import { decisionsIn } from '../support/audit-file.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { Workspace, runCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { sha256Hex } from '../support/gate.ts';
import { INITIALIZE, JSON_HEADERS, messagesIn, modernHeaders, modernRequest } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { ALLOW_ALL, bundleOf } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { bearer } from '../support/session.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';

type Header = readonly [name: string, value: string];
type Upstream = NonNullable<MCPServerInput['spec']['upstream']>;

const AGENTS = 'sk-agents-0123456789';
const ALL = 'sk-all-9876543210';
const SECRETS = [AGENTS, ALL];
const from = (key: string) => ({ secretName: 'keys', key });
const UPSTREAM: Upstream = {
  credentials: [
    {
      name: 'agents',
      header: 'Authorization',
      prefix: 'Bearer ',
      from: from('agents'),
      principals: { groups: ['agents'] },
    },
    { name: 'all', header: 'Authorization', prefix: 'Bearer ', from: from('all'), principals: { names: ['bob'] } },
  ],
};

const { use, defer } = cleanupAfterEach();
let seen: { method: string; headers: IncomingHttpHeaders }[];
let answer: (response: ServerResponse, request: IncomingMessage, message: { id?: unknown; method?: string }) => void;
let url: string;
beforeEach(async () => {
  seen = [];
  answer = (response, request, { id }) => {
    const text = `you are ${request.headers.authorization ?? 'nobody'}`;
    const result = { resultType: 'complete', content: [{ type: 'text', text }] };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  };
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ method: request.method ?? '', headers: request.headers });
      const body = Buffer.concat(chunks).toString();
      answer(response, request, body === '' ? {} : (JSON.parse(body) as object));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  defer(() => {
    server.closeAllConnections();
    server.close();
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
});

interface Running {
  readonly sidecar: SidecarProcess;
  readonly keys: MountedVolume;
  readonly bundle: MountedVolume;
}

const KEYS = { 'keys/agents': `${AGENTS}\n`, 'keys/all': ALL };
const bundleWith = (upstream: Upstream | undefined) => ({
  'bundle.json': bundleOf(ALLOW_ALL, { anonymous: true }, upstream).text,
});

async function start(upstream: Upstream | undefined = UPSTREAM, env: Record<string, string> = {}): Promise<Running> {
  const bundle = await use(new MountedVolume(bundleWith(upstream)));
  const clients = { ada: `sha256: ${sha256Hex('of-ada')}\ngroups: [agents]`, bob: `sha256: ${sha256Hex('of-bob')}` };
  const tokens = await use(new MountedVolume(clients));
  const keys = await use(new MountedVolume(KEYS));
  const sidecar = await use(
    startSidecar({
      ...{ SALLYPORT_UPSTREAM: url, SALLYPORT_BUNDLE_DIR: bundle.path, SALLYPORT_TOKENS_DIR: tokens.path },
      ...{ SALLYPORT_CREDENTIALS_DIR: keys.path, SALLYPORT_LOG_LEVEL: 'trace' },
      ...env,
    }),
  );
  return { sidecar, keys, bundle };
}

async function call(
  { sidecar }: Running,
  token?: string,
  args: object = {},
  extra: Header[] = [],
): Promise<RawResponse> {
  const authorization = token === undefined ? [] : [bearer(token)];
  return rawExchange(sidecar.port, {
    headers: [...modernHeaders('tools/call', 'whoami'), ...authorization, ...extra],
    body: modernRequest('tools/call', { name: 'whoami', arguments: args }),
  });
}

const codeOf = (response: RawResponse): unknown => {
  const [message] = messagesIn(response.body) as { error?: { code?: number } }[];
  return message?.error?.code;
};
const shownTo = (): (string | undefined)[] => seen.map(({ headers }) => headers.authorization);

describe('the server is shown', () => {
  it(
    'the key that is for the caller, and never what the caller showed to the gate',
    { tags: ['no-passthrough', 'server-keys'] },
    async () => {
      const running = await start();
      await call(running, 'of-ada');
      await call(running, 'of-bob');
      expect(shownTo()).toEqual([`Bearer ${AGENTS}`, `Bearer ${ALL}`]);
      const refused = await call(running);
      expect([codeOf(refused), seen.length]).toEqual([-31027, 2]);
    },
  );

  it('it with each request of a session: its begin, a notification, its stream and its end', async () => {
    const running = await start();
    answer = (response, request, { id }) => {
      if (request.method === 'GET')
        response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .end(`data: ${request.headers.authorization}\n\n`);
      else if (request.method === 'DELETE' || id === undefined) response.writeHead(id === undefined ? 202 : 200).end();
      else {
        const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'a', version: '1' } };
        response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'one' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
      }
    };
    const { port } = running.sidecar;
    const begun = await rawExchange(port, { headers: [...JSON_HEADERS, bearer('of-ada')], body: INITIALIZE });
    const session = begun.headers['mcp-session-id'] as string;
    const headers: Header[] = [
      ...JSON_HEADERS,
      bearer('of-ada'),
      ['Mcp-Session-Id', session],
      ['MCP-Protocol-Version', '2025-11-25'],
    ];
    await rawExchange(port, { headers, body: '{"jsonrpc":"2.0","method":"notifications/initialized"}' });
    await rawExchange(port, {
      method: 'GET',
      headers: [['Accept', 'text/event-stream'], ...headers.slice(JSON_HEADERS.length)],
    });
    await rawExchange(port, { method: 'DELETE', headers: headers.slice(JSON_HEADERS.length) });
    expect(seen.map(({ method }) => method)).toEqual(['POST', 'POST', 'GET', 'DELETE']);
    expect(new Set(shownTo())).toEqual(new Set([`Bearer ${AGENTS}`]));
  });

  it('a new key from the next request on, once it is mounted', async () => {
    const running = await start();
    await call(running, 'of-ada');
    running.keys.swap({ ...KEYS, 'keys/agents': 'sk-second-0123456789' });
    await eventually('the key is read', async () => {
      await call(running, 'of-ada');
      return shownTo().at(-1) === 'Bearer sk-second-0123456789';
    });
  });

  it('a key that it does not take: its client is not told to come with another token', async () => {
    const running = await start();
    answer = (response) => response.writeHead(401, { 'www-authenticate': 'Bearer realm="server"' }).end('who?');
    const refused = await call(running, 'of-ada');
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([502, undefined]);
    expect(refused.body).toContain('does not take the key that the gate shows it');
    expect(seen).toHaveLength(1);
  });

  it('nothing at all while the key is missing, and the log says which it is', async () => {
    const running = await start();
    running.keys.swap({ 'keys/all': ALL });
    await eventually('the key is gone', async () => (await call(running, 'of-ada')).status === 503);
    const before = seen.length;
    const refused = await call(running, 'of-ada');
    expect(refused.headers['retry-after']).toBe('2');
    expect(refused.body).toContain('the gate does not have agents');
    expect(seen).toHaveLength(before);
    expect(running.sidecar.log.join('\n')).toContain('credential agents: key agents of Secret keys is not there');
    expect((await call(running, 'of-bob')).status).toBe(200);
  });
});

describe('a key in what the server says', { tags: ['server-keys'] }, () => {
  it('has asterisks in its place, is on record and is counted', async () => {
    const running = await start();
    const said = await call(running, 'of-ada');
    expect(said.body).toContain(`you are Bearer ${'*'.repeat(AGENTS.length)}`);
    const [line] = await eventually('it is on record', () => {
      const lines = decisionsIn(running.sidecar.auditFile);
      return lines.length > 0 && lines;
    });
    expect(line).toMatchObject({
      decision: {
        answer: { effect: 'Redact', findings: [{ detector: 'credential', rule: 'upstream.credentials#agents' }] },
      },
    });
    expect(await running.sidecar.metrics()).toMatch(
      /sallyport_findings_total\{[^}]*detector="credential",mode="Enforce"\} 1/,
    );
  });

  it.each([
    ['that was mounted', UPSTREAM],
    ['that came with a policy', undefined],
  ])('is found on a stream that is older than the key %s', async (_, before) => {
    const running = await start(before);
    let stream: ServerResponse | undefined;
    answer = (response, request, { id }) => {
      if (request.method === 'GET')
        (stream = response).writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
      else if (id === undefined) response.writeHead(202).end();
      else {
        const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'a', version: '1' } };
        response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'one' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
      }
    };
    const { port } = running.sidecar;
    const begun = await rawExchange(port, { headers: [...JSON_HEADERS, bearer('of-ada')], body: INITIALIZE });
    const session = begun.headers['mcp-session-id'] as string;
    const of: Record<string, string> = {
      ...{ authorization: 'Bearer of-ada', 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' },
      ...{ accept: 'text/event-stream' },
    };
    await rawExchange(port, {
      headers: [...JSON_HEADERS, bearer('of-ada'), ['Mcp-Session-Id', session], ['MCP-Protocol-Version', '2025-11-25']],
      body: '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    });
    const heard: string[] = [];
    const listening = http.get({ port, path: '/mcp', headers: of }, (response) =>
      response.on('data', (chunk: Buffer) => heard.push(chunk.toString())),
    );
    defer(() => void listening.destroy());
    await eventually('the stream is open', () => stream !== undefined && heard.length > 0);
    const second = 'sk-second-0123456789';
    running.keys.swap({ ...KEYS, 'keys/agents': second });
    running.bundle.swap(bundleWith(UPSTREAM));
    await eventually('the key is shown', async () => {
      await rawExchange(port, {
        headers: [
          ...JSON_HEADERS,
          bearer('of-ada'),
          ['Mcp-Session-Id', session],
          ['MCP-Protocol-Version', '2025-11-25'],
        ],
        body: '{"jsonrpc":"2.0","id":7,"method":"ping"}',
      });
      return shownTo().at(-1) === `Bearer ${second}`;
    });
    const params = { level: 'info', data: `called with ${second}` };
    stream?.write(`data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params })}\n\n`);
    await eventually('the client hears of it', () => heard.join('').includes('called with'));
    expect(heard.join('')).toContain(`called with ${'*'.repeat(second.length)}`);
  });

  it('ends the answer where it is to be denied', async () => {
    const running = await start({ ...UPSTREAM, onEcho: 'Deny' });
    const said = await call(running, 'of-ada');
    expect(said.status).toBe(502);
    expect(said.body).toContain('The answer of the MCP server is withheld');
  });
});

it(
  'no key is in anything that the process writes, says or sends, whatever goes wrong',
  { tags: ['server-keys'], timeout: 60_000 },
  async () => {
    const collected: Buffer[] = [];
    const collector = http.createServer((request, response) => {
      request.on('data', (chunk: Buffer) => collected.push(chunk));
      request.on('end', () => response.end());
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    defer(() => {
      collector.closeAllConnections();
      collector.close();
    });
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const soon = {
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_BLRP_SCHEDULE_DELAY: '50',
      OTEL_METRIC_EXPORT_INTERVAL: '200',
      OTEL_METRIC_EXPORT_TIMEOUT: '200',
    };
    const running = await start(UPSTREAM, {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      SALLYPORT_AUDIT_STDOUT: 'true',
      ...soon,
    });
    const { sidecar, keys, bundle } = running;
    const told: string[] = [];
    const ask = async (...how: Parameters<typeof call>): Promise<void> => {
      const { head, body } = await call(...how).then(
        (response) => ({ head: JSON.stringify(response.headers), body: response.body }),
        (error: unknown) => ({ head: String(error), body: '' }),
      );
      told.push(head, body);
    };
    const keyOf = (request: IncomingMessage): string => request.headers.authorization?.replace('Bearer ', '') ?? '';
    const troubles: (typeof answer)[] = [
      answer,
      (response, request) =>
        response.writeHead(500, { 'content-type': 'text/plain', 'x-debug': keyOf(request) }).end(keyOf(request)),
      (response, request) =>
        response.writeHead(401, { 'www-authenticate': `Bearer error="${keyOf(request)}"` }).end(keyOf(request)),
      (response, request) =>
        response.writeHead(302, { location: `http://127.0.0.1:1/?key=${encodeURIComponent(keyOf(request))}` }).end(),
      (response, request, { id }) => {
        const error = {
          code: -1,
          message: Buffer.from(`key ${keyOf(request)}`).toString('base64'),
          data: { key: keyOf(request) },
        };
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ jsonrpc: '2.0', id, error }));
      },
      (response, request) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(
          `data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"${keyOf(request).slice(0, 8)}`,
        );
        response.write(`${keyOf(request).slice(8)}"}}\n\n`);
        response.end(
          `: ${keyOf(request)}\n\nevent: ${keyOf(request)}\ndata: ${Buffer.from(keyOf(request)).toString('hex')}\n\n`,
        );
      },
      (response, request) => void response.socket?.end(`HTTP/1.1 ${keyOf(request)}\r\n\r\n`),
      (response, request) => void response.socket?.end(`HTTP/1.1 200 OK\r\n${keyOf(request)}\r\n\r\n`),
      (response, request) =>
        response.writeHead(200, { 'content-type': keyOf(request), 'content-encoding': keyOf(request) }).end('{}'),
      (response) => response.destroy(),
    ];
    for (const trouble of troubles) {
      answer = trouble;
      await ask(running, 'of-ada', { note: 'a' });
      await ask(running, 'of-bob');
      await ask(running);
    }
    // The agent has it from somewhere else: it is on record that it did, and not what it sent.
    answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    await ask(running, 'of-ada', { stolen: AGENTS });
    bundle.swap(bundleWith({ ...UPSTREAM, onEcho: 'Deny' }));
    answer = troubles[4] ?? answer;
    await ask(running, 'of-ada');
    for (const wrong of [`${AGENTS}\nX-Evil: 1`, `${AGENTS}\u0000`, 'short']) {
      keys.swap({ ...KEYS, 'keys/agents': wrong });
      await eventually('it is read', async () => (await call(running, 'of-ada')).status === 503);
      await ask(running, 'of-ada');
    }
    told.push(await sidecar.metrics(), JSON.stringify(await sidecar.readiness()));
    await eventually('the collector has heard of calls', () => Buffer.concat(collected).includes('whoami'));
    await sidecar.terminate();
    const state = dirname(sidecar.auditFile);
    const files = readdirSync(state, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    const everything = [
      ...told.map((text) => Buffer.from(text)),
      ...sidecar.log.map((line) => Buffer.from(line)),
      ...files.map((file) => readFileSync(join(file.parentPath, file.name))),
      Buffer.concat(collected),
    ];
    expect(everything.length).toBeGreaterThan(50);
    for (const secret of SECRETS) {
      for (const form of formsOf(secret)) {
        for (const text of everything)
          if (text.includes(form)) expect.fail(`${form.toString()} is in ${text.toString().slice(0, 2000)}`);
      }
    }
    const stolen = decisionsIn(sidecar.auditFile).filter(({ decision }) =>
      JSON.stringify(decision).includes('the caller has sent'),
    );
    expect(stolen).toHaveLength(1);
  },
);

describe('a program of local mode', () => {
  const PROGRAM = `
    process.stdin.setEncoding('utf8');
    let text = '';
    process.stderr.write('started with ' + process.env.API_KEY + '\\n');
    process.stdin.on('data', (chunk) => {
      text += chunk;
      const lines = text.split('\\n');
      text = lines.pop();
      for (const line of lines) {
        const { id, method, params } = JSON.parse(line);
        if (id === undefined) continue;
        const result = method === 'initialize'
          ? { protocolVersion: params.protocolVersion, capabilities: {}, serverInfo: { name: 'a', version: '1' } }
          : { content: [{ type: 'text', text: (process.env.API_KEY ?? 'none') + ' ' + (process.env.OTHER_KEY ?? 'none').length }] };
        process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
      }
    });`;
  let home: Workspace;
  beforeEach(async () => {
    home = await use(new Workspace());
    mkdirSync(home.path('policy'));
    home.write('program.mjs', PROGRAM);
    home.write('key', `${AGENTS}\n`);
    chmodSync(home.path('key'), 0o600);
    const command = JSON.stringify([process.execPath, home.path('program.mjs')]);
    const other = JSON.stringify(['printf', '%s', ALL]);
    home.write(
      'policy/all.yaml',
      `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: demo}
spec:
  stdio: {command: ${command}}
  access: {anonymous: true}
  upstream:
    credentials:
      - {name: api, env: API_KEY, from: {file: ${home.path('key')}}}
      - {name: other, env: OTHER_KEY, from: {command: ${other}}}
---
apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: rules}
spec: {tools: [{names: ["*"], effect: Allow}]}
`,
    );
  });

  async function up() {
    const ports = ['--port', '0', '--metrics-port', '0'];
    const cli = await use(runCli(home, 'up', '-f', home.path('policy'), '--audit', home.path('audit.jsonl'), ...ports));
    const [, port] = await cli.said(/http:\/\/127\.0\.0\.1:(\d+)\/mcp/);
    return { cli, port: Number(port) };
  }

  async function asked(port: number): Promise<string> {
    const begun = await rawExchange(port, { headers: JSON_HEADERS, body: INITIALIZE });
    const session = begun.headers['mcp-session-id'];
    if (session === undefined) return begun.body;
    const headers: Header[] = [...JSON_HEADERS, ['Mcp-Session-Id', session], ['MCP-Protocol-Version', '2025-11-25']];
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'whoami', arguments: {} },
    });
    return (await rawExchange(port, { headers, body })).body;
  }

  it('is started with its keys, and says none of them', async () => {
    const { cli, port } = await up();
    const said = await asked(port);
    expect(said).toContain(`${'*'.repeat(AGENTS.length)} ${ALL.length}`);
    await cli.said(/started with \*{20}/);
    const all = [...cli.out, ...cli.err, readFileSync(home.path('audit.jsonl'), 'utf8')].join('\n');
    for (const secret of SECRETS) expect(all).not.toContain(secret);
  });

  it('is not started while others may read the file, and the mend is said', async () => {
    chmodSync(home.path('key'), 0o644);
    const { cli, port } = await up();
    expect(await asked(port)).toContain('the gate does not have api');
    await cli.said(/has mode 0644, so that others may read or write it; run: chmod 600 /);
    chmodSync(home.path('key'), 0o600);
    expect(await asked(port)).toContain('*'.repeat(AGENTS.length));
  });
});
