import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { newCall } from './new-call.ts';

const begun = (headers: IncomingHttpHeaders, url = '/mcp', method = 'POST') =>
  newCall({ headers, url, method, socket: {} } as IncomingMessage, new FakeClock(), undefined).request;

describe('the call that a head begins', () => {
  it('has the headers that a modern message repeats', () => {
    const call = begun({ 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'echo' });
    expect(call.mcpHeaders).toEqual({ protocolVersion: '2026-07-28', method: 'tools/call', name: 'echo' });
  });

  it('names the session of its header, and none where that is empty', () => {
    expect(begun({ 'mcp-session-id': 'a' }).sessionId).toBe('a');
    expect(begun({ 'mcp-session-id': '' }).sessionId).toBeUndefined();
  });

  it('names the session that it is posted to', () => {
    const call = begun({}, '/mcp?sessionId=s1');
    expect([call.sessionId, call.isPostedToEndpoint]).toEqual(['s1', true]);
  });

  it('names no session that is there where two are named', () => {
    for (const call of [
      begun({ 'mcp-session-id': 'a' }, '/mcp?sessionId=s1'),
      begun({}, '/mcp?sessionId=s1&sessionId=s2'),
    ])
      expect([call.sessionId, call.isPostedToEndpoint]).toEqual(['', true]);
  });

  it('is posted to no session when it is no POST', () => {
    expect(begun({}, '/mcp?sessionId=s1', 'GET').isPostedToEndpoint).toBe(false);
  });
});
