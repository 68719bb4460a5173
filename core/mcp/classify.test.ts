import { describe, expect, it } from 'vitest';
import { type McpHeaders, classify, revisionOfOutline } from './classify.ts';
import type { Message } from './message.ts';
import { NO_OUTLINE } from './outline.ts';
import { Refusal } from './refusals.ts';

const NO_HEADERS: McpHeaders = { protocolVersion: undefined, method: undefined, name: undefined };
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

const request = (method: string, params = {}): Message => ({ kind: 'request', id: 1, method, params });
const modernCall = (name: unknown = 'echo', meta = {}) => request('tools/call', { name, _meta: { ...META, ...meta } });
const modernHeaders = (headers: Partial<McpHeaders> = {}): McpHeaders => ({
  protocolVersion: '2026-07-28',
  method: 'tools/call',
  name: 'echo',
  ...headers,
});

function outcome(message: Message, headers: McpHeaders | undefined): string {
  const result = classify(message, headers);
  return result instanceof Refusal ? `${result.reason} ${result.status} ${result.code}` : result.version;
}

describe('classify', () => {
  it.each([
    ['initialize has no version yet', request('initialize'), NO_HEADERS, '2025-11-25'],
    [
      'a header names a legacy revision',
      request('ping'),
      { ...NO_HEADERS, protocolVersion: '2025-06-18' },
      '2025-06-18',
    ],
    ['no header means the revision that had none', request('ping'), NO_HEADERS, '2025-03-26'],
    ['header and body agree on the modern revision', modernCall(), modernHeaders(), '2026-07-28'],
    ['stdio has no headers to disagree', modernCall(), undefined, '2026-07-28'],
    ['a name in base64', modernCall('é'), modernHeaders({ name: '=?base64?w6k=?=' }), '2026-07-28'],
    [
      'a legacy request may carry lying Mcp headers',
      request('ping'),
      { ...NO_HEADERS, method: 'tools/call' },
      '2025-03-26',
    ],
    [
      'a modern notification needs no Mcp-Method',
      { kind: 'notification', method: 'notifications/cancelled', params: { _meta: META } },
      modernHeaders({ method: undefined }),
      '2026-07-28',
    ],
  ] as [string, Message, McpHeaders | undefined, string][])('accepts: %s', (_name, message, headers, version) => {
    expect(outcome(message, headers)).toBe(version);
  });

  it.each([
    [
      'another method in the header',
      modernCall(),
      modernHeaders({ method: 'tools/list' }),
      'header-mismatch 400 -32020',
    ],
    ['no method header', modernCall(), modernHeaders({ method: undefined }), 'header-mismatch 400 -32020'],
    ['another name in the header', modernCall(), modernHeaders({ name: 'danger' }), 'header-mismatch 400 -32020'],
    ['no name header', modernCall(), modernHeaders({ name: undefined }), 'header-mismatch 400 -32020'],
    [
      'another name hidden in base64',
      modernCall(),
      modernHeaders({ name: '=?base64?ZGFuZ2Vy?=' }),
      'header-mismatch 400 -32020',
    ],
    ['base64 that is none', modernCall(), modernHeaders({ name: '=?base64?Z*?=' }), 'header-mismatch 400 -32020'],
    [
      'another version in the header',
      modernCall(),
      modernHeaders({ protocolVersion: '2025-11-25' }),
      'header-mismatch 400 -32020',
    ],
    ['no version header', modernCall(), NO_HEADERS, 'header-mismatch 400 -32020'],
    ['initialize with a modern header', request('initialize'), modernHeaders(), 'header-mismatch 400 -32020'],
    [
      'a modern header but no envelope',
      request('tools/call', { name: 'echo' }),
      modernHeaders(),
      'bad-envelope 400 -32602',
    ],
    [
      'an envelope without capabilities',
      request('tools/call', { name: 'echo', _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }),
      modernHeaders(),
      'bad-envelope 400 -32602',
    ],
    [
      'a version that is no string',
      modernCall('echo', { 'io.modelcontextprotocol/protocolVersion': 1 }),
      modernHeaders(),
      'bad-envelope 400 -32602',
    ],
    [
      'a version nobody speaks',
      modernCall('echo', { 'io.modelcontextprotocol/protocolVersion': '2099-01-01' }),
      modernHeaders({ protocolVersion: '2099-01-01' }),
      'unsupported-protocol-version 400 -32022',
    ],
    [
      'a legacy version in an envelope',
      modernCall('echo', { 'io.modelcontextprotocol/protocolVersion': '2025-11-25' }),
      modernHeaders({ protocolVersion: '2025-11-25' }),
      'unsupported-protocol-version 400 -32022',
    ],
    [
      'an unknown legacy version',
      request('ping'),
      { ...NO_HEADERS, protocolVersion: '1999-01-01' },
      'unsupported-legacy-version 400 -32000',
    ],
    [
      'a posted answer in the modern era',
      { kind: 'response', id: 1, failed: false, view: undefined },
      modernHeaders(),
      'bad-envelope 400 -32602',
    ],
  ] as [string, Message, McpHeaders, string][])('refuses: %s', (_name, message, headers, refusal) => {
    expect(outcome(message, headers)).toBe(refusal);
  });
});

it.each([
  ['the body claims one', { ...NO_OUTLINE, version: '2026-07-28' }, NO_HEADERS, '2026-07-28'],
  ['the header names one', NO_OUTLINE, modernHeaders(), '2026-07-28'],
  ['both do, and the body counts', { ...NO_OUTLINE, version: '2025-06-18' }, modernHeaders(), '2025-06-18'],
  ['nobody speaks the one it names', { ...NO_OUTLINE, version: '2099-01-01' }, undefined, '2025-03-26'],
  ['nothing says which', NO_OUTLINE, undefined, '2025-03-26'],
])('what cannot be read is refused in the words of a revision: %s', (_name, outline, headers, version) => {
  expect(revisionOfOutline(outline, headers).version).toBe(version);
});
