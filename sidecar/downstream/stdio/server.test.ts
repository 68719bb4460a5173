import { PassThrough, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { cleanupAfterEach } from '../../../test/support/cleanup.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { startGate } from '../../../test/support/gate.ts';
import { request } from '../../../test/support/messages.ts';
import { StdioServer } from './server.ts';

const { use } = cleanupAfterEach();

it.each(['drain', 'error', 'close'])('a client that does not read is not heard either, until: %s', async (event) => {
  let unread = 64 * 1024 * 1024;
  const answers: string[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      answers.push(chunk.toString());
      done();
    },
  });
  Object.defineProperty(output, 'writableLength', { get: () => unread });
  const gate = await use(startGate({ upstream: 'http://127.0.0.1:1/mcp' }));
  const input = new PassThrough();
  const serving = new StdioServer(gate.gate, { kind: 'local', name: 'me', groups: [] }, output).serve(input);
  const say = (id: number): void => void input.write(`${request('nothing/known', {}, id)}\n`);
  say(1);
  await eventually('the first answer', () => answers.length === 1);
  say(2);
  await sleep(50);
  expect(answers).toHaveLength(1);
  unread = 0;
  output.emit(event, new Error('nobody reads'));
  await eventually('the second answer', () => answers.length === 2);
  input.end();
  await serving;
});
