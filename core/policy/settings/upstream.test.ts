import { describe, expect, it } from 'vitest';
import { mcpServerSchema } from '../../api/mcp-server.ts';
import type { Principal } from '../principal.ts';
import { CredentialChoice, compileUpstream } from './upstream.ts';

function compiled(credentials: unknown, more: object = {}) {
  const spec = { workload: { selector: { matchLabels: { app: 'a' } }, port: 80 }, upstream: { credentials, ...more } };
  const server = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'MCPServer', metadata: { name: 'a', namespace: 'b' } };
  return compileUpstream(mcpServerSchema.parse({ ...server, spec }).spec.upstream);
}

const from = { secretName: 'keys', key: 'api' };
const caller = (name: string, ...groups: string[]): Principal => ({ kind: 'token', name, groups });

it('is nothing where nothing is shown', () => {
  expect(compileUpstream(undefined)).toEqual({});
  expect(compileUpstream({ unmatched: 'Refuse', onEcho: 'Deny' })).toEqual({});
});

it('keeps the order in which it was written, and is strict where nothing is said', () => {
  const credentials = [
    { name: 'z', header: 'X-Api-Key', from, principals: { groups: ['b'] } },
    { name: 'a', header: 'authorization', prefix: 'Bearer ', from },
    { name: 'q', query: 'Key', from },
  ];
  expect(compiled(credentials).upstream).toEqual({
    credentials: [
      {
        name: 'z',
        place: { header: 'x-api-key', prefix: '' },
        from: { secret: 'keys', key: 'api' },
        principals: { names: [], groups: ['b'] },
      },
      {
        name: 'a',
        place: { header: 'authorization', prefix: 'Bearer ' },
        from: { secret: 'keys', key: 'api' },
        principals: null,
      },
      { name: 'q', place: { query: 'Key' }, from: { secret: 'keys', key: 'api' }, principals: null },
    ],
    unmatched: 'Refuse',
    onEcho: 'Redact',
  });
});

describe('of the entries for a place', () => {
  const { upstream } = compiled([
    { name: 'ada', header: 'x-key', from, principals: { names: ['ada'] } },
    { name: 'team', header: 'X-Key', from, principals: { groups: ['team'] } },
    { name: 'url', query: 'k', from },
  ]);
  const choice = new CredentialChoice(upstream ?? expect.fail());
  const names = (principal: Principal | undefined) => choice.for(principal).credentials.map(({ name }) => name);

  it('the first counts that fits the caller', () => {
    expect(names(caller('ada', 'team'))).toEqual(['ada', 'url']);
    expect(names(caller('bob', 'team'))).toEqual(['team', 'url']);
  });

  it('none may fit, which is said of that place', () => {
    expect(choice.for(caller('team'))).toMatchObject({ unmatched: ['header x-key'] });
    expect(choice.for(undefined)).toMatchObject({ unmatched: ['header x-key'], credentials: [{ name: 'url' }] });
  });

  it('one for everyone fits the gate itself', () => {
    const { upstream: all } = compiled([{ name: 'all', header: 'x-key', from }]);
    expect(new CredentialChoice(all ?? expect.fail()).for(undefined)).toMatchObject({
      credentials: [{ name: 'all' }],
      unmatched: [],
    });
  });
});
