import { afterAll, expect, it } from 'vitest';
import { findRevision } from '../../core/mcp/revisions/index.ts';
import { Call } from '../call/call.ts';
import { StdioSessions } from './stdio-sessions.ts';
import type { UpstreamSink } from './upstream.ts';

/** Answers everything, and takes its time to go. */
const SERVER = `
process.on('SIGTERM', () => {});
setInterval(() => {}, 1000);
process.stdin.on('data', (data) => {
  for (const line of String(data).split('\\n').filter(Boolean))
    console.log('{"jsonrpc":"2.0","id":' + JSON.parse(line).id + ',\\r"result":{}}');
});`;

const sessions = new StdioSessions({
  command: { command: [process.execPath, '-e', SERVER], env: {}, cwd: undefined },
  onLog() {},
  onSessionGone() {},
});
afterAll(async () => sessions.close(), 20_000);

function call(method: string, id: number, sessionId?: string): Call {
  const made = new Call('POST', {}, undefined, sessionId, '', 0);
  made.body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method }));
  made.message = { kind: 'request', id, method, params: {} };
  made.revision = findRevision('2025-11-25');
  return made;
}

async function answerTo(made: Call): Promise<{ status: number; session: string | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let session: string | undefined;
    let text = '';
    const sink: UpstreamSink = {
      onHead(code, headers) {
        status = code;
        session = headers['mcp-session-id'] as string | undefined;
      },
      onData(chunk) {
        text += chunk.toString();
        return true;
      },
      onEnd: () => resolve({ status, session, text }),
      onError: reject,
    };
    sessions.send(made, sink);
  });
}

it('makes one line of an answer with a carriage return between its tokens', async () => {
  const { text } = await answerTo(call('initialize', 1));
  expect(text).toBe('event: message\ndata: {"jsonrpc":"2.0","id":1, "result":{}}\n\n');
});

it('opens no more sessions while too many children are still stopping', async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 17; i++) {
    const { status, session } = await answerTo(call('initialize', i));
    statuses.push(status);
    const end = new Call('DELETE', {}, undefined, session, '', 0);
    end.revision = findRevision('2025-11-25');
    if (status === 200) sessions.send(end, { onHead() {}, onData: () => true, onEnd() {}, onError() {} });
  }
  expect(statuses.slice(0, 16)).toEqual(Array(16).fill(200));
  expect(statuses[16]).toBe(503);
}, 20_000);
