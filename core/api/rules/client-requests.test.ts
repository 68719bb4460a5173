import { describe, expect, it } from 'vitest';
import { clientRequestsSchema } from './client-requests.ts';

const complaints = (said: unknown): string[] =>
  (clientRequestsSchema.safeParse(said).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
const hosts = (...list: string[]) => complaints({ urlElicitation: { effect: 'Allow', hosts: list } });

describe('what a pack says of requests of servers', () => {
  it.each(['sampling', 'elicitation', 'urlElicitation', 'roots'])('cannot have %s wait for a person', (kind) => {
    expect(complaints({ [kind]: { effect: 'RequireApproval' } })).toEqual([
      `${kind}.effect: is not possible here: an approval holds the call of a client, and this is the request of a server; write one of Allow, Log, Deny`,
    ]);
  });

  it('names hosts for URLs alone', () => {
    expect(complaints({ sampling: { effect: 'Allow', hosts: ['a.com'] } })).toHaveLength(1);
    expect(hosts('a.com')).toEqual([]);
  });

  it('names no hosts where every URL is refused', () => {
    expect(complaints({ urlElicitation: { effect: 'Deny', hosts: ['a.com'] } })).toEqual([
      expect.stringMatching(/^urlElicitation\.hosts: has no effect with Deny/),
    ]);
  });

  it.each(['pay.example.com', '*.example.com', '[::1]', '127.0.0.1', 'xn--bcher-kva.example'])(
    '%s is a host',
    (host) => {
      expect(hosts(host)).toEqual([]);
    },
  );

  it.each([
    'https://a.com',
    'a.com:8080',
    'a.com/x',
    'A.com',
    'bücher.example',
    '*',
    '*.*.a.com',
    'a..com',
    '1.2.3.256',
    'ada@a.com',
    '',
  ])('%j is none', (host) => {
    expect(hosts(host)).toEqual([expect.stringContaining('is not a host')]);
  });

  it('lists one host at least', () => {
    expect(hosts()).toHaveLength(1);
  });
});
