import type { AddressInfo } from 'node:net';
import https from 'node:https';
import { describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../../test/support/cleanup.ts';
import { issueAuthority, issueServing } from '../tls/authority.ts';
import { MAX_BODY } from './body.ts';
import type { AdmissionAnswer, AdmissionHandler } from './review.ts';
import { reviewOf, type RunningServer, startAdmission } from './testing/running-server.ts';

const { use } = cleanupAfterEach();

const handler = (answer: AdmissionHandler['answer']): Map<string, AdmissionHandler> =>
  new Map([['/inject', { reasons: { allowed: ['fine'], refused: ['bad'] }, answer }]]);

const start = (answer: AdmissionHandler['answer'] = () => ({ allowed: true, reason: 'fine' })) =>
  use(startAdmission(handler(answer)));

async function responseTo(answer: AdmissionAnswer): Promise<unknown> {
  const server = await start(() => answer);
  const { status, text } = await server.post('/inject', reviewOf({ name: 'ledger' }));
  expect(status).toBe(200);
  return (JSON.parse(text) as { response: unknown }).response;
}

describe('the answer', () => {
  const uid = '705ab4f5-6393-11e8-b7cc-42010a800002';

  it('repeats the uid, and says what it is', async () => {
    const server = await start();
    const { text, headers } = await server.post('/inject', reviewOf());
    expect(JSON.parse(text)).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid, allowed: true, auditAnnotations: { reason: 'fine' } },
    });
    expect(headers['content-type']).toBe('application/json');
  });

  it('carries a patch in base64', async () => {
    const patch = [{ op: 'add', path: '/metadata/annotations', value: { a: 'ü' } }] as const;
    expect(await responseTo({ allowed: true, reason: 'fine', patch, warnings: ['look'] })).toMatchObject({
      allowed: true,
      patchType: 'JSONPatch',
      patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
      warnings: ['look'],
    });
  });

  it('of a refusal is forbidden, with the message', async () => {
    expect(await responseTo({ allowed: false, reason: 'bad', message: 'no; do this' })).toEqual({
      uid,
      allowed: false,
      auditAnnotations: { reason: 'bad' },
      status: { status: 'Failure', code: 403, reason: 'Forbidden', message: 'no; do this' },
    });
  });

  it('of faults in fields is invalid, with one cause each', async () => {
    const causes = [{ field: 'spec.mode', message: 'is wrong' }];
    expect(await responseTo({ allowed: false, reason: 'bad', message: 'no', causes })).toMatchObject({
      status: {
        code: 422,
        reason: 'Invalid',
        details: { kind: 'Pod', name: 'ledger', causes: [{ reason: 'FieldValueInvalid', ...causes[0] }] },
      },
    });
  });

  it('of a handler that throws is a refusal that says where to look, and not why', async () => {
    const server = await start(() => {
      throw new Error('secret detail');
    });
    const { text } = await server.post('/inject', reviewOf({ name: 'ledger' }));
    expect(text).not.toContain('secret detail');
    const message = `Sallyport failed to look at Pod finance/ledger, so it is refused; the operator's log has the error under ${uid}`;
    expect(JSON.parse(text)).toMatchObject({ response: { uid, allowed: false, status: { message } } });
    expect(await server.registry.metrics()).toContain('{webhook="inject",outcome="failed",reason="error"} 1');
  });

  it('of a handler that rejects likewise', async () => {
    const server = await start(() => Promise.reject(new Error('later')));
    expect((await server.post('/inject', reviewOf())).text).toContain('"allowed":false');
  });
});

it('lets nothing in once the operator has failed', async () => {
  let why = undefined as string | undefined;
  const handlers = handler(() => ({ allowed: true, reason: 'fine' }));
  const server = await use(startAdmission(handlers, { fallen: () => why }));
  expect((await server.post('/inject', reviewOf())).text).toContain('"allowed":true');
  why = 'secret detail';
  const { text } = await server.post('/inject', reviewOf());
  expect(JSON.parse(text)).toMatchObject({
    response: { allowed: false, status: { message: expect.stringContaining('its log says why') as unknown } },
  });
  expect(text).not.toContain(why);
});

describe('what is no admission request', () => {
  it.each<[what: string, status: number, body: string, options: Parameters<RunningServer['post']>[2], says: string]>([
    ['another path', 404, '{}', { path: '/other' }, 'no webhook is here; they are /inject'],
    ['another method', 405, '', { method: 'GET' }, 'a webhook is asked with POST'],
    ['another type', 415, '{}', { headers: { 'content-type': 'text/plain' } }, 'application/json'],
    ['no JSON', 400, '{', {}, 'the body is not JSON'],
    ['null', 400, 'null', {}, 'not an AdmissionReview'],
    [
      'an older version',
      400,
      JSON.stringify({ ...reviewOf(), apiVersion: 'admission.k8s.io/v1beta1' }),
      {},
      'not an AdmissionReview',
    ],
    ['no request in it', 400, JSON.stringify({ ...reviewOf(), request: {} }), {}, 'request.uid'],
    ['a body that says it is too large', 413, '', { headers: { 'content-length': MAX_BODY + 1 } }, 'larger than'],
  ])('is answered plainly: %s', async (_what, status, body, options, says) => {
    const server = await start();
    const reply = await server.post('/inject', body, options);
    expect(reply).toMatchObject({ status });
    expect(reply.text).toContain(says);
  });

  // Anybody in the cluster can send these: what is no string must not be taken for one later.
  it.each([
    ['kind', null],
    ['name', { toString: 1 }],
    ['namespace', { toString: 1 }],
    ['object', { metadata: null }],
    ['object', { metadata: { labels: { app: 1 } } }],
  ])('is answered plainly: %s %j', async (field, value) => {
    const server = await start();
    const reply = await server.post('/inject', JSON.stringify(reviewOf({ [field]: value })));
    expect(reply).toMatchObject({ status: 400 });
    expect(reply.text).toContain(`request.${field}`);
  });

  it('is told when it is too large although it did not say so', async () => {
    const server = await start();
    const headers = { 'transfer-encoding': 'chunked' };
    const reply = await server.post('/inject', 'x'.repeat(MAX_BODY + 1), { headers });
    expect(reply).toMatchObject({ status: 413, headers: { connection: 'close' } });
  });

  it('is sent away when those that are half sent take up the room, so that nobody fills the memory', async () => {
    const server = await start();
    const half = Buffer.alloc(MAX_BODY - 1, 0x20);
    const held = Array.from({ length: 5 }, () => {
      const request = https.request(`${server.url}/inject`, {
        ca: server.certificates.current().caBundle,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': MAX_BODY },
      });
      request.on('error', () => {});
      request.write(half);
      return request;
    });
    const sentAway = await new Promise((resolve) => {
      for (const request of held) request.once('response', ({ statusCode }) => resolve(statusCode));
    });
    expect(sentAway).toBe(503);
    // Small ones still fit beside them, and all do when they are gone.
    expect((await server.post('/inject', reviewOf())).status).toBe(200);
    for (const request of held) request.destroy();
  });

  it('is counted', async () => {
    const server = await start();
    await server.post('/inject', '{');
    expect(await server.registry.metrics()).toContain('{webhook="inject",outcome="failed",reason="bad-request"} 1');
  });

  it('is invalid UTF-8', async () => {
    const server = await start();
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(await server.post('/inject', body)).toMatchObject({ status: 400 });
  });
});

it('takes a body of the largest size that an API server sends', async () => {
  const server = await start();
  const request = reviewOf({
    object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, data: { x: 'y'.repeat(6 * 2 ** 20) } },
  });
  expect((await server.post('/inject', request)).text).toContain('"allowed":true');
});

it('counts every reason from the start', async () => {
  const server = await start();
  const metrics = await server.registry.metrics();
  expect(metrics).toContain('sallyport_admission_requests_total{webhook="inject",outcome="allowed",reason="fine"} 0');
  expect(metrics).toContain('sallyport_admission_requests_total{webhook="inject",outcome="refused",reason="bad"} 0');
  await server.post('/inject', reviewOf());
  expect(await server.registry.metrics()).toContain('outcome="allowed",reason="fine"} 1');
  expect(await server.registry.metrics()).toContain('sallyport_admission_duration_seconds_count{webhook="inject"} 1');
});

it('serves the new certificate as soon as it changes', async () => {
  const server = await start();
  const before = server.certificates.current().caBundle;
  await server.post('/inject', reviewOf());
  server.certificates.rotate();
  expect(await server.post('/inject', reviewOf(), { agent: false })).toMatchObject({ status: 200 });
  await expect(server.post('/inject', reviewOf(), { agent: false, ca: before })).rejects.toThrow(
    /unable to (get|verify)/,
  );
});

it('speaks TLS 1.3 alone, also after a change', async () => {
  const server = await start();
  server.certificates.rotate();
  const old = { agent: false, maxVersion: 'TLSv1.2' } as const;
  await expect(server.post('/inject', reviewOf(), old)).rejects.toThrow(/protocol version/);
});

it('finishes what it was asked before it ends, and takes nothing new', async () => {
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const server = await startAdmission(
    handler(async () => {
      asked.resolve();
      await gate.promise;
      return { allowed: true, reason: 'fine' };
    }),
  );
  const answer = server.post('/inject', reviewOf(), { agent: false });
  await asked.promise;
  const closed = server.close();
  await expect(server.post('/inject', reviewOf(), { agent: false })).rejects.toThrow('ECONNREFUSED');
  gate.resolve();
  expect(await answer).toMatchObject({ status: 200 });
  await closed;
});

it('that leaves still answers, new connections too, and ends each with its answer', async () => {
  const server = await start();
  server.server.leave();
  for (let i = 0; i < 2; i += 1) {
    expect(await server.post('/inject', reviewOf())).toMatchObject({ status: 200, headers: { connection: 'close' } });
  }
});

it('that leaves ends connections on which nothing is asked, once others are led elsewhere', async () => {
  const server = await start();
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
  await use({ close: () => agent.destroy() });
  expect(await server.post('/inject', reviewOf(), { agent })).toMatchObject({ status: 200 });
  const [[socket] = []] = Object.values(agent.freeSockets);
  const closed = new Promise((resolve) => socket?.once('close', resolve));
  server.server.leave();
  await closed;
  expect(await server.post('/inject', reviewOf(), { agent: false })).toMatchObject({ status: 200 });
});

it('says so when its port is taken', async () => {
  const blocker = https.createServer(issueServing(issueAuthority(Date.now()), ['x'], Date.now()));
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  await use({ close: () => blocker.close() });
  const { port } = blocker.address() as AddressInfo;
  await expect(startAdmission(new Map(), { port })).rejects.toThrow('EADDRINUSE');
});
