import { describe, expect, it } from 'vitest';
import { forwardedHeaders, returnedHeaders } from './headers.ts';

describe('forwardedHeaders', () => {
  it('keep what MCP and tracing need', () => {
    const headers = {
      'mcp-protocol-version': 'v',
      traceparent: 't',
      accept: 'a',
    };
    const ofSessions = { 'mcp-session-id': 's', 'last-event-id': '1' };
    const ofModern = { 'mcp-method': 'tools/call', 'mcp-name': 'echo', 'mcp-param-region': 'eu' };
    const all = { ...headers, ...ofSessions, ...ofModern };
    expect(forwardedHeaders(all, 'legacy')).toEqual({ ...headers, ...ofSessions });
    expect(forwardedHeaders(all, 'modern', { session: false, event: false })).toEqual({ ...headers, ...ofModern });
  });

  it('keep the token where the server checks it, even when the connection header names it', () => {
    const headers = { authorization: 'DPoP x', dpop: 'p', cookie: 'c', connection: 'authorization' };
    expect(forwardedHeaders(headers, 'legacy', { session: true, event: true }, true)).toEqual({
      authorization: 'DPoP x',
      dpop: 'p',
    });
  });

  it.each([
    'authorization',
    'dpop',
    'cookie',
    'accept-encoding',
    'host',
    'content-length',
    'connection',
    'transfer-encoding',
    'upgrade',
    'te',
    'expect',
    'origin',
    'sec-fetch-site',
    'sec-fetch-mode',
    'sec-fetch-dest',
  ])('leave out %s', (name) => {
    expect(forwardedHeaders({ [name]: 'x' })).toEqual({});
  });

  it('leave out what the connection header names', () => {
    expect(forwardedHeaders({ connection: 'close, X-Hop', 'x-hop': '1', 'x-end': '2' })).toEqual({ 'x-end': '2' });
  });

  it('keep what the call was read by, even when the connection header names it', () => {
    const headers = { 'mcp-session-id': 's', 'mcp-protocol-version': '2025-11-25', 'content-type': 'application/json' };
    expect(forwardedHeaders({ ...headers, connection: Object.keys(headers).join(', ') })).toEqual(headers);
  });
});

describe('returnedHeaders', () => {
  it('leaves out what is said of the bytes of a body that may change', () => {
    const digests = { etag: '"a"', 'content-md5': 'a', digest: 'a', 'content-digest': 'a', 'repr-digest': 'a' };
    expect(returnedHeaders({ ...digests, 'retry-after': '1' }, false)).toEqual({ 'retry-after': '1' });
    expect(returnedHeaders(digests, true)).toEqual(digests);
  });

  it('keep the length only when the body stays as it is', () => {
    const headers = { 'content-length': '5', 'content-type': 'application/json', 'keep-alive': 'timeout=5' };
    expect(returnedHeaders(headers, true)).toEqual({ 'content-length': '5', 'content-type': 'application/json' });
    expect(returnedHeaders(headers, false)).toEqual({ 'content-type': 'application/json' });
  });

  it('names no session by an empty header: servers without sessions get none', () => {
    expect(forwardedHeaders({ 'mcp-session-id': '' })).toEqual({});
    expect(forwardedHeaders({ 'mcp-session-id': 'a' })).toEqual({ 'mcp-session-id': 'a' });
  });
});
