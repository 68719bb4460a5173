import http from 'node:http';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SYSTEM_CLOCK } from '../clock.ts';
import { LocalHistory } from '../memory/history/local-history.ts';
import { RiskView } from '../memory/history/risk-view.ts';
import { Notices } from '../memory/notices.ts';
import { AdminServer } from './admin-server.ts';
import { Metrics } from './metrics.ts';

type Parts = ConstructorParameters<typeof AdminServer>[0];

const READY: Parts = {
  policy: { current: () => ({ revision: 'sha256:1' }) } as Parts['policy'],
  audit: { state: 'ok' } as Parts['audit'],
  metrics: new Metrics('ns/n'),
  tls: undefined,
  risk: new RiskView(new LocalHistory(SYSTEM_CLOCK)),
  notices: new Notices(SYSTEM_CLOCK, () => {}),
  log: pino({ level: 'silent' }),
  leaving: false,
  awaitsServer: false,
  draining: false,
  failed: undefined,
};

interface Answer {
  status: number;
  type: string | undefined;
  body: string;
}

interface More {
  readonly accept?: string;
  readonly body?: string;
  readonly from?: string;
}

async function ask(
  path: string,
  parts: Partial<Parts> = {},
  method = 'GET',
  drain?: () => void,
  { accept, body: sent, from = '127.0.0.1' }: More = {},
): Promise<Answer> {
  const server = new AdminServer({ ...READY, ...parts }, drain);
  const port = await server.listen('127.0.0.1', 0);
  onTestFinished(() => server.close());
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        ...{ host: '127.0.0.1', localAddress: from, port, path, method, agent: false },
        headers: accept === undefined ? {} : { accept },
      },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'], body }),
        );
      },
    );
    request.once('error', reject);
    request.end(sent);
  });
}

describe('readiness', () => {
  test('is a policy, a log, a server and no end in sight', async () => {
    const { status, body } = await ask('/readyz');
    expect([status, JSON.parse(body)]).toEqual([
      200,
      { ready: true, revision: 'sha256:1', audit: 'ok', draining: false, awaitsServer: false },
    ]);
  });

  const lacks: Record<string, [parts: Partial<Parts>, said: object]> = {
    'a policy': [{ policy: { current: () => undefined } }, { revision: null }],
    'a log that keeps up': [{ audit: { state: 'behind' } as Parts['audit'] }, { audit: 'behind' }],
    'a log that can be written': [{ audit: { state: 'failed' } as Parts['audit'] }, { audit: 'failed' }],
    'its server': [{ awaitsServer: true }, { awaitsServer: true }],
    'time: it drains': [{ draining: true }, { draining: true }],
    'time: it is about to leave': [{ leaving: true }, { draining: true }],
    'sense: something nobody caught has happened': [{ failed: 'why' }, { failed: 'why' }],
  };
  for (const [name, [parts, said]] of Object.entries(lacks)) {
    test(`is not without ${name}`, async () => {
      const { status, body } = await ask('/readyz', parts);
      expect([status, JSON.parse(body)]).toEqual([503, expect.objectContaining({ ready: false, ...said })]);
    });
  }
});

test('a gate that is not ready is alive all the same', async () => {
  expect((await ask('/healthz', { failed: 'why', draining: true })).status).toBe(200);
});

test('metrics are told in the form that their reader knows', async () => {
  const { status, type, body } = await ask('/metrics');
  expect([status, type]).toEqual([200, expect.stringContaining('text/plain')]);
  expect(body).toContain('# TYPE sallyport_');
});

test('whoever knows OpenMetrics gets that, with exemplars, and the older form stays as it was', async () => {
  const metrics = new Metrics('ns/n');
  metrics.decision('t', 'Allow', 'answered', 0.001, { traceId: 'ab', spanId: 'cd', sampled: true });
  const before = await ask('/metrics', { metrics });
  const open = await ask('/metrics', { metrics }, 'GET', undefined, { accept: 'application/openmetrics-text' });
  expect(open.type).toContain('application/openmetrics-text');
  expect(open.body).toMatch(/sallyport_overhead_seconds_bucket\{.*\} 1 # \{trace_id="ab",span_id="cd"\} 0\.001 /);
  expect(open.body).toContain('# TYPE sallyport_decisions counter\n');
  expect(open.body.endsWith('# EOF\n')).toBe(true);
  const names = ({ body }: Answer): string[] => Array.from(body.matchAll(/^(sallyport_\w+)/gm), ([name]) => name);
  expect(names(await ask('/metrics', { metrics }))).toEqual(names(before));
  expect(names(open)).toEqual(names(before));
});

describe('the level of the log', () => {
  test('is told, and changed while the gate runs', async () => {
    const log = pino({ level: 'info' }, { write() {} });
    const put = (body: string): Promise<Answer> => ask('/loglevel', { log }, 'PUT', undefined, { body });
    expect((await ask('/loglevel', { log })).body).toBe('{"level":"info"}\n');
    expect([(await put('debug')).status, log.level]).toEqual([200, 'debug']);
    expect([(await put('{"level":"warn"}')).status, log.level]).toEqual([200, 'warn']);
  });

  test.each(['silent', '', 'x'.repeat(100_000)])('is as before where somebody asks for what is none', async (body) => {
    const log = pino({ level: 'info' }, { write() {} });
    expect([(await ask('/loglevel', { log }, 'PUT', undefined, { body })).status, log.level]).toEqual([400, 'info']);
  });
});

test('metrics that cannot be told are a fault of one request', async () => {
  const metrics = {
    registry: { contentType: 'text/plain', metrics: async () => Promise.reject(new Error('no')) },
  } as unknown as Metrics;
  expect((await ask('/metrics', { metrics })).status).toBe(500);
});

test.each(['/', '/metrics/', '/Metrics', '/mcp', '/debug/pprof'])('%s is nothing here', async (path) => {
  expect((await ask(path)).status).toBe(404);
});

describe('the way out', () => {
  test('is begun by POST over loopback, and by nothing else', async () => {
    let drained = 0;
    const drain = (): void => void drained++;
    expect((await ask('/drain', {}, 'GET', drain)).status).toBe(405);
    expect(drained).toBe(0);
    expect((await ask('/drain', {}, 'POST', drain)).status).toBe(200);
    expect(drained).toBe(1);
  });

  test('is not begun by who comes through the proxy of a mesh, nor is the level of the log changed', async () => {
    const from = '127.0.0.6';
    expect((await ask('/drain', {}, 'POST', () => expect.fail('drained'), { from })).status).toBe(403);
    expect((await ask('/loglevel', {}, 'PUT', undefined, { from, body: 'trace' })).status).toBe(403);
  });

  test('is none where there is nothing to drain', async () => {
    expect((await ask('/drain', {}, 'POST')).status).toBe(404);
  });

  test('that fails is an answer, too', async () => {
    const { status } = await ask('/drain', {}, 'POST', () => {
      throw new Error('no');
    });
    expect(status).toBe(500);
  });
});

test('a port that is taken is told to whoever wants to listen', async () => {
  const [one, two] = [new AdminServer(READY), new AdminServer(READY)];
  const port = await one.listen('127.0.0.1', 0);
  onTestFinished(() => one.close());
  await expect(two.listen('127.0.0.1', port)).rejects.toThrow(/EADDRINUSE/);
});

test('the risk points of callers are told to processes of the pod', async () => {
  expect(await ask('/risk')).toMatchObject({ status: 200, body: '{"items":[]}' });
  const risk = new RiskView({ apply: () => ({ done: (callback) => callback(undefined) }) });
  const rules = { standings: () => [{ rule: 'ns/pack#risk', ofSession: false, op: { whom: 'a' } }] };
  const principal = { kind: 'token', name: 'ada', groups: [] } as const;
  risk.note({ principal, session: undefined, server: 'ns/n', target: { kind: 'tool', name: 't', args: undefined } });
  const policy = { current: () => ({ revision: 'sha256:1', history: rules }) } as never;
  expect(await ask('/risk', { risk, policy })).toMatchObject({ status: 503 });
});
