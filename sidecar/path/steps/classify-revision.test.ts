import { expect, it } from 'vitest';
import { HTTP, readingCall } from '../../testing/calls.ts';
import { classifyRevision } from './classify-revision.ts';
import { readBody } from './read-body.ts';

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const legacy = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const modern = { ...legacy, params: { _meta: META } };
const handshake = { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} };
const list = { inspection: undefined, settled() {} };
const NAMED = { ...HTTP, protocolVersion: '2025-06-18' };

function classified(body: unknown, options: Parameters<typeof readingCall>[1] = {}): string | undefined {
  const call = readingCall(body, options);
  if (body !== undefined) expect(readBody(call)).toBeUndefined();
  return classifyRevision(call)?.reason ?? call.reading.revision?.version;
}

it.each([
  ['a message without a header', legacy, {}, '2025-03-26'],
  ['a message with one', legacy, { mcpHeaders: NAMED }, '2025-06-18'],
  ['a message that says it itself', modern, { mcpHeaders: undefined }, '2026-07-28'],
  ['the handshake', handshake, {}, '2025-11-25'],
  ['what is posted to a session of HTTP+SSE', legacy, { isPostedToEndpoint: true }, '2024-11-05'],
  ['a stream', undefined, { httpMethod: 'GET', mcpHeaders: NAMED }, '2025-06-18'],
  ['a stream without a header', undefined, { httpMethod: 'GET' }, '2025-11-25'],
] as const)('the revision of %s', (_what, body, options, version) => {
  expect(classified(body, options)).toBe(version);
});

it('in a list there is neither a handshake nor a message of the modern era', () => {
  expect([classified(handshake, { list }), classified(modern, { list, mcpHeaders: undefined })]).toEqual([
    'batch',
    'batch',
  ]);
});

it('a header that contradicts the message is refused', () => {
  expect(classified(handshake, { mcpHeaders: { ...HTTP, protocolVersion: '2026-07-28' } })).toBe('header-mismatch');
});
