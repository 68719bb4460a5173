import { createServer as createTlsServer } from 'node:https';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { issueAuthority, issueServing } from '../tls/authority.ts';
import { post } from './post.ts';
import { Endpoint } from './testing/endpoint.ts';

const request = () => ({ headers: { 'x-test': '1' }, body: '{}', signal: AbortSignal.timeout(2_000) });

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function endpoint(): Promise<Endpoint> {
  const one = await Endpoint.start();
  onTestFinished(() => one.close());
  return one;
}

/** Answers over TLS, by a certificate for localhost that an authority of its own vouches for. */
async function secured(): Promise<{ port: number; ca: string }> {
  const authority = issueAuthority(Date.now());
  const server = createTlsServer(issueServing(authority, ['localhost'], Date.now()), (_, response) =>
    response.end('secured'),
  );
  return { port: await listening(server), ca: authority.cert };
}

/** A proxy as companies have them; the lines that it was asked with. */
async function proxy(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    response.end('by the proxy');
  });
  server.on('connect', (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url ?? ''}`);
    const [host = '', port = ''] = (incoming.url ?? '').split(':');
    const onward = connect(Number(port), host === 'localhost' ? '127.0.0.1' : host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  return { url: `http://127.0.0.1:${await listening(server)}`, asked };
}

test('what is sent comes there as JSON, and the answer back', async () => {
  const { url, received } = await endpoint().then((one) =>
    Object.assign(one, { answer: () => ({ status: 418, body: 'tea' }) }),
  );
  expect(await post({ url: `${url}/a/b?c=d` }, request())).toMatchObject({ status: 418, text: 'tea' });
  expect(received).toMatchObject([
    {
      method: 'POST',
      path: '/a/b?c=d',
      body: '{}',
      headers: { 'x-test': '1', 'content-type': 'application/json; charset=utf-8' },
    },
  ]);
});

test('a redirect is an answer, and not followed', async () => {
  const [from, to] = [await endpoint(), await endpoint()];
  from.answer = () => ({ status: 302, headers: { location: to.url } });
  expect(await post({ url: from.url }, request())).toMatchObject({ status: 302 });
  expect(to.received).toHaveLength(0);
});

test('only as much of an answer is kept as is looked at', async () => {
  const one = await endpoint();
  one.answer = () => ({ body: 'x'.repeat(1024 * 1024) });
  expect((await post({ url: one.url }, request())).text).toHaveLength(512 * 1024);
});

test.each(['ftp://example.com/a', 'no url', 'file:///etc/passwd'])('%s is no URL to send to', async (url) => {
  await expect(post({ url }, request())).rejects.toMatchObject({
    again: 'Later',
    message: expect.not.stringContaining(url),
  });
});

test('what is no URL is told to nobody, a log least of all, where there is a proxy either', async () => {
  const target = { url: 'https://hooks.example.com:s3cret/', proxy: 'http://127.0.0.1:1' };
  const error = await post(target, request()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'NotTakenError', again: 'Later' });
  expect(inspect(error)).not.toContain('s3cret');
});

test('who is silent is not waited for longer than was said', async () => {
  const one = await endpoint();
  one.answer = () => ({ silent: true });
  await expect(post({ url: one.url }, { ...request(), signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
    again: 'Later',
    message: 'no answer came (TimeoutError)',
  });
});

test('an authority that is named is trusted, and no other', async () => {
  const { port, ca } = await secured();
  const url = `https://localhost:${port}`;
  expect(await post({ url, ca }, request())).toMatchObject({ status: 200, text: 'secured' });
  await expect(post({ url }, request())).rejects.toMatchObject({
    again: 'Later',
    message: expect.stringMatching(/UNABLE_TO_/),
  });
  await expect(post({ url: `https://127.0.0.1:${port}`, ca }, request())).rejects.toThrow(
    'ERR_TLS_CERT_ALTNAME_INVALID',
  );
});

test('a proxy leads to where TLS ends, and sees nothing of it', async () => {
  const [{ port, ca }, { url, asked }] = [await secured(), await proxy()];
  expect(await post({ url: `https://localhost:${port}/s3cret`, ca, proxy: url }, request())).toMatchObject({
    text: 'secured',
  });
  expect(asked).toEqual([`CONNECT localhost:${port}`]);
});

test('without TLS the proxy sends it itself', async () => {
  const { url, asked } = await proxy();
  expect(await post({ url: 'http://hooks.example.com/a', proxy: url }, request())).toMatchObject({
    text: 'by the proxy',
  });
  expect(asked).toEqual(['POST http://hooks.example.com/a']);
});
