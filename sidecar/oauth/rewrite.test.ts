import { describe, expect, it } from 'vitest';
import { UrlMap } from './public-url.ts';
import { metadataNamedIn, rewriteChallenge, rewriteMetadata } from './rewrite.ts';

const urls = new UrlMap(new URL('http://127.0.0.1:3001/mcp'), 'https://mcp.example.com/mcp');
const nested = (levels: number): string => `${'{"a":'.repeat(levels)}"http://127.0.0.1:3001/"${'}'.repeat(levels)}`;

describe('rewriteMetadata', () => {
  it('moves what is on the server, in lists and mappings too', () => {
    const metadata = {
      issuer: 'http://127.0.0.1:3001',
      token_endpoint: 'https://auth.example.com/token',
      authorization_servers: ['http://127.0.0.1:3001', 'https://auth.example.com'],
      mtls_endpoint_aliases: { token_endpoint: 'http://127.0.0.1:3001/mtls' },
      scopes_supported: ['http://127.0.0.1:3002/'],
      count: 3,
    };
    expect(JSON.parse(rewriteMetadata(JSON.stringify(metadata), urls, null) ?? '')).toEqual({
      ...metadata,
      issuer: 'https://mcp.example.com',
      authorization_servers: ['https://mcp.example.com', 'https://auth.example.com'],
      mtls_endpoint_aliases: { token_endpoint: 'https://mcp.example.com/mtls' },
    });
  });

  it('leaves what it need not touch as it stands', () => {
    const text = '{ "issuer" : "https://auth.example.com", "resource":"https://other.example.com/mcp", "n":1.0 }';
    expect(rewriteMetadata(text, urls, null)).toBe(text);
  });

  it('calls the resource what it is configured to be, whatever the server calls it', () => {
    const text = rewriteMetadata('{"resource":"https://other.example.com/mcp"}', urls, 'https://mcp.example.com/mcp');
    expect(text).toBe('{"resource":"https://mcp.example.com/mcp"}');
    expect(rewriteMetadata('{"issuer":"x"}', urls, 'https://mcp.example.com/mcp')).toBe('{"issuer":"x"}');
  });

  it.each(['', '[]', '"x"', 'null', '<html>', '{'])('takes %j for no metadata', (text) => {
    expect(rewriteMetadata(text, urls, null)).toBeUndefined();
  });

  it('does not follow a document into the deep', () => {
    expect(rewriteMetadata(nested(4), urls, null)).toContain('mcp.example.com');
    expect(rewriteMetadata(nested(1000), urls, null)).toBe(nested(1000));
  });
});

describe('rewriteChallenge', () => {
  const at = 'http://127.0.0.1:3001/.well-known/oauth-protected-resource/mcp';
  const published = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';

  it.each([
    [`Bearer resource_metadata="${at}"`, `Bearer resource_metadata="${published}"`],
    [`Bearer resource_metadata=${at}, scope="a b"`, `Bearer resource_metadata=${published}, scope="a b"`],
    [`Bearer scope="a", Resource_Metadata = "${at}"`, `Bearer scope="a", Resource_Metadata = "${published}"`],
    [
      `DPoP algs="ES256", Bearer resource_metadata="${at}"`,
      `DPoP algs="ES256", Bearer resource_metadata="${published}"`,
    ],
    [`Bearer realm="${at}"`, `Bearer realm="${at}"`],
    [
      'Bearer resource_metadata="https://other.example.com/x"',
      'Bearer resource_metadata="https://other.example.com/x"',
    ],
    ['Bearer', 'Bearer'],
  ])('%s', (challenge, expected) => {
    expect(rewriteChallenge(challenge, urls)).toBe(expected);
  });

  it('names what it points to', () => {
    expect(metadataNamedIn(`Bearer resource_metadata="${at}", x=y`)).toEqual([at]);
    expect(metadataNamedIn('Bearer error="x"')).toEqual([]);
  });
});
