import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../test/support/eventually.ts';
import { MAX_BODY } from './body.ts';
import { MESSAGE, Recorder, VALUE } from './testing/recorder.ts';
import type { ServedHooks } from './testing/served.ts';

const recorder = new Recorder();
const { asked } = recorder;
let hooks: ServedHooks;
beforeAll(async () => {
  hooks = await recorder.serve();
});
afterAll(async () => hooks.close());
beforeEach(() => recorder.clear());

describe('what listens to the world', () => {
  const json = { 'content-type': 'application/json' };

  test('has nothing else', async () => {
    expect((await hooks.send('/', { headers: json, body: Buffer.from('{}') })).status).toBe(404);
    expect((await hooks.send('/hooks/vote/../../metrics', { headers: json, body: Buffer.from('{}') })).status).toBe(
      404,
    );
    expect((await hooks.send('/slack/actions', { headers: {}, body: Buffer.alloc(0) }, 'GET')).status).toBe(405);
  });

  test('reads no more than a message can have', async () => {
    const sent = (headers: Record<string, string>): Promise<number> =>
      new Promise((resolve, reject) => {
        const agent = new Agent({ ca: hooks.ca });
        const writing = request({
          host: 'localhost',
          port: hooks.port,
          path: '/slack/actions',
          method: 'POST',
          agent,
          headers,
        });
        writing.on('response', (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
          agent.destroy();
        });
        writing.on('error', reject);
        writing.write(Buffer.alloc(MAX_BODY));
        writing.write(Buffer.alloc(1));
      });
    expect(await sent({ 'transfer-encoding': 'chunked' })).toBe(413);
    expect(await sent({ 'content-length': String(10 * 1024 * 1024) })).toBe(413);
  });

  test('waits no longer than five seconds for a body', { timeout: 15_000 }, async () => {
    const socket = connect({ host: 'localhost', port: hooks.port, ca: hooks.ca });
    socket.write('POST /hooks/vote HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nx');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await new Promise<void>((resolve) => socket.once('close', () => resolve()));
    expect(Buffer.concat(chunks).toString()).toContain('HTTP/1.1 408');
    expect(await hooks.ended('hook', 'slow')).toBe(1);
  });

  test('answers a hundred at once', async () => {
    const clicks = Array.from({ length: 100 }, () => hooks.slack.press({ value: VALUE }));
    const answers = await Promise.all(clicks.map(({ payload }) => hooks.click(hooks.slack.sign(payload))));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200));
    expect(asked).toHaveLength(100);
  });

  test('has so many under way and no more, also on one connection', { timeout: 20_000 }, async () => {
    const slow = Promise.withResolvers<unknown>();
    recorder.answer = () => slow.promise;
    const socket = connect({ host: 'localhost', port: hooks.port, ca: hooks.ca });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    for (let i = 0; i < 300; i += 1) {
      const { headers, body } = hooks.sender.sign(MESSAGE);
      const lines = Object.entries({ ...headers, host: 'localhost', 'content-length': body.length }).map(
        ([name, value]) => `${name}: ${value}\r\n`,
      );
      socket.write(`POST /hooks/vote HTTP/1.1\r\n${lines.join('')}\r\n`);
      socket.write(body);
    }
    await eventually('some are refused', async () => (await hooks.ended('hook', 'busy')) > 0, 10_000);
    slow.resolve({ status: { votes: [{}] } });
    const statuses = (): string[] =>
      Buffer.concat(chunks)
        .toString()
        .match(/HTTP\/1\.1 \d+/g) ?? [];
    await eventually('the others are answered', async () => statuses().length > 200, 10_000);
    socket.destroy();
    expect(statuses()[0]).toBe('HTTP/1.1 200');
    expect(asked.length).toBeLessThanOrEqual(256);
  });

  test('answers what it fails at, and goes on', async () => {
    const secret = join(hooks.folder, 'slack');
    rmSync(secret);
    mkdirSync(secret);
    const signed = hooks.slack.sign(hooks.slack.press({ value: VALUE }).payload);
    expect((await hooks.click(signed)).status).toBe(500);
    expect(await hooks.ended('slack', 'failed')).toBe(1);
    rmSync(secret, { recursive: true });
    expect((await hooks.click(signed)).status).toBe(401);
    writeFileSync(secret, hooks.slack.secret);
    expect((await hooks.click(signed)).status).toBe(200);
  });

  test('outlives what is no HTTP, and what hangs up', async () => {
    for (const text of [
      '\x16\x03\x01garbage',
      'GET / HTTP/9.9\r\n\r\n',
      'POST /hooks/vote HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{',
    ]) {
      const socket = connect({ host: 'localhost', port: hooks.port, ca: hooks.ca });
      socket.on('error', () => {});
      socket.write(text);
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.destroy();
    }
    expect((await hooks.hook(hooks.sender.sign(MESSAGE))).status).toBe(200);
  });
});
