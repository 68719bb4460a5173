import { describe, expect, it } from 'vitest';
import { type MCPServer, mcpServerSchema } from '../../core/api/mcp-server.ts';
import { credentialSources, credentialVolume } from './credentials.ts';

function serverWith(...keys: [secretName: string, key: string][]): MCPServer {
  const credentials = keys.map(([secretName, key], i) => ({
    ...{ name: `k${i}`, header: `x-key-${i}`, from: { secretName, key } },
  }));
  return mcpServerSchema.parse({
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata: { name: 'a' },
    spec: {
      workload: { selector: { matchLabels: { app: 'a' } }, port: 80 },
      ...(keys.length === 0 ? {} : { upstream: { credentials } }),
    },
  });
}

describe('the keys of a server are mounted', () => {
  it('as one volume, of each Secret the keys that are named and no other', () => {
    expect(credentialVolume(serverWith(['b', 'y'], ['a', 'z'], ['b', 'x'], ['b', 'y']))).toEqual([
      {
        name: 'sallyport-credentials',
        projected: {
          defaultMode: 0o444,
          sources: [
            { secret: { name: 'a', optional: true, items: [{ key: 'z', path: 'a/z' }] } },
            {
              secret: {
                ...{ name: 'b', optional: true },
                items: [
                  { key: 'x', path: 'b/x' },
                  { key: 'y', path: 'b/y' },
                ],
              },
            },
          ],
        },
      },
    ]);
  });

  it('alike in whatever order they are written', () => {
    const [one, other] = [serverWith(['a', 'x'], ['b', 'y']), serverWith(['b', 'y'], ['a', 'x'])];
    expect(credentialSources(one)).toEqual(credentialSources(other));
  });

  it('with the password of the store that gates share', () => {
    const { spec, ...rest } = serverWith(['b', 'y']);
    const passwordFrom = { secretName: 'a', key: 'p' };
    const valkey = { url: 'rediss://a', database: 0, passwordFrom, onFailure: 'Local' as const };
    expect(credentialSources({ ...rest, spec: { ...spec, state: { valkey } } })).toEqual([
      { secret: { name: 'a', optional: true, items: [{ key: 'p', path: 'a/p' }] } },
      { secret: { name: 'b', optional: true, items: [{ key: 'y', path: 'b/y' }] } },
    ]);
  });

  it('not at all where there are none', () => {
    expect(credentialVolume(serverWith())).toEqual([]);
  });
});
