import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { UpstreamRequest } from '../../sidecar/upstream/request.ts';
import { ScriptedServer } from './scripted-server.ts';

async function sent(server: ScriptedServer, message?: object): Promise<string[]> {
  const heard: string[] = [];
  const body = message === undefined ? undefined : Buffer.from(JSON.stringify(message));
  server.send({ body } as UpstreamRequest, {
    onHead: (status) => void heard.push(String(status)),
    onData: (chunk) => heard.push(chunk.toString().trim()) > 0,
    onEnd: () => void heard.push('end'),
    onError: () => expect.fail('it never breaks'),
  });
  await nextTurn();
  return heard;
}

it('answers a request once with what it was told, and then with nothing much', async () => {
  const server = new ScriptedServer();
  server.willSay({ answer: { result: { a: 1 } } });
  const request = { id: 1, method: 'x' };
  expect(await sent(server, request)).toEqual(['200', '{"jsonrpc":"2.0","id":1,"result":{"a":1}}', 'end']);
  expect(await sent(server, request)).toEqual(['200', '{"jsonrpc":"2.0","id":1,"result":{}}', 'end']);
  expect(server.got).toEqual([request, request]);
});

it('says what comes before the answer as events, takes notifications, and keeps its own stream open', async () => {
  const server = new ScriptedServer();
  server.willSay({ messages: [{ method: 'y' }] });
  const [, first, second] = await sent(server, { id: 1, method: 'x' });
  expect([first, second]).toEqual([expect.stringContaining('"method":"y"'), expect.stringContaining('"result":{}')]);
  expect(await sent(server, { method: 'notifications/x' })).toEqual(['202', 'end']);
  expect(await sent(server)).toEqual(['200']);
});
