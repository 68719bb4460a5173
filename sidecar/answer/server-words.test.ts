import { describe, expect, it } from 'vitest';
import { redirectTarget, refusalByServer } from './server-words.ts';

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

describe('the words of a server that refuses', () => {
  it.each<[name: string, status: number, type: string | undefined, body: Buffer, words: string]>([
    [
      'the Python SDK',
      406,
      'application/json',
      json({ jsonrpc: '2.0', id: 'server-error', error: { code: -32600, message: 'Not Acceptable: …' } }),
      'Not Acceptable: …',
    ],
    ['FastAPI', 422, 'application/json', json({ detail: 'Unprocessable' }), 'Unprocessable'],
    [
      'OAuth',
      400,
      'application/json',
      json({ error: 'invalid', error_description: 'No such client' }),
      'No such client',
    ],
    ['Express', 403, 'application/json', json({ error: 'Invalid Host' }), 'Invalid Host'],
    ['problem details', 503, 'application/problem+json', json({ title: 'Too busy' }), 'Too busy'],
    ['Starlette', 421, 'text/plain', Buffer.from('Invalid Host header'), 'Invalid Host header'],
    ['no type at all', 404, undefined, Buffer.from('Session not found\n'), 'Session not found'],
    ['a proxy', 502, 'text/html', Buffer.from('<html><title>502 Bad Gateway</title><h1>…'), '502 Bad Gateway'],
  ])('%s: its sentence, with its status', (_name, status, type, body, words) => {
    expect(refusalByServer(status, type, body)).toMatchObject({
      reason: 'upstream-refused',
      status,
      message: `The MCP server refused the call: HTTP ${status}: ${words}`,
    });
  });

  it('moves no cursor, hides nothing and turns no text around', () => {
    const body = Buffer.from('a\u001b[2Jb\u200bc\u202ed\n\ne\u2028f');
    expect(refusalByServer(400, 'text/plain', body)?.message).toMatch(/HTTP 400: a \[2Jb c d e f$/);
  });

  it('is no novel', () => {
    expect(refusalByServer(400, 'text/plain', Buffer.from('x'.repeat(5_000)))?.message).toHaveLength(
      'The MCP server refused the call: HTTP 400: '.length + 500,
    );
  });

  it.each<[name: string, status: number, type: string | undefined, body: Buffer]>([
    ['a status that refuses nothing', 200, 'text/plain', Buffer.from('hello')],
    ['nothing', 400, 'text/plain', Buffer.from('')],
    ['blanks', 400, 'text/plain', Buffer.from(' \n\t')],
    ['JSON that is none', 400, 'application/json', Buffer.from('{')],
    ['JSON without a sentence', 400, 'application/json', json({ error: { code: 1 }, detail: [1] })],
    ['events', 400, 'text/plain', Buffer.from('data: {"jsonrpc":"2.0","id":9,"method":"sampling/createMessage"}')],
    ['a message in a message', 400, 'application/json', json({ detail: '{"jsonrpc":"2.0"}' })],
    ['markup', 400, 'text/plain', Buffer.from('<script>')],
    ['an image', 400, 'image/png', Buffer.from('PNG')],
    ['a page without a title', 500, 'text/html', Buffer.from('<html>')],
    ['a body that is too large', 500, 'text/plain', Buffer.alloc(65 * 1024, 'x')],
  ])('are none in %s', (_name, status, type, body) => {
    expect(refusalByServer(status, type, body)).toBeUndefined();
  });
});

it.each([
  ['/mcp/', ' to /mcp/'],
  ['https://login.example.com/authorize?state=secret', ' to https://login.example.com/authorize'],
  [undefined, ''],
])('a redirect says where to, and not what with: %s', (location, words) => {
  expect(redirectTarget(location)).toBe(words);
});
