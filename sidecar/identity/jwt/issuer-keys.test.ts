import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { TestIssuer } from '../../testing/test-issuer.ts';
import { IssuerKeys, type KeyNews } from './issuer-keys.ts';

let issuer: TestIssuer;
let clock: FakeClock;
let news: KeyNews[];
let keys: IssuerKeys | undefined;
beforeEach(async () => {
  issuer = await TestIssuer.start();
  clock = new FakeClock();
  news = [];
});
afterEach(async () => {
  keys?.close();
  await issuer.close();
});

function open(said: Parameters<TestIssuer['trusted']>[0] = {}): IssuerKeys {
  keys = new IssuerKeys(issuer.trusted(said), clock, (one) => void news.push(one));
  return keys;
}

describe('the keys of an issuer', () => {
  it('are fetched ahead', async () => {
    const own = open();
    await own.hear();
    expect(own.current).toBeDefined();
    expect(own.isUnheardOf('first')).toBe(false);
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
    expect(news).toEqual([{ issuer: issuer.url, problem: undefined, usable: true }]);
  });

  it('are asked for again when a token has another one, and not more often than every ten seconds', async () => {
    const own = open();
    await own.hear();
    await issuer.rotate('second');
    expect(own.isUnheardOf('second')).toBe(true);
    await own.hear();
    expect(own.isUnheardOf('second')).toBe(true);
    clock.advance(10_000);
    await Promise.all([own.hear(), own.hear(), own.hear()]);
    expect(own.isUnheardOf('second')).toBe(false);
    expect(own.isUnheardOf('first')).toBe(true);
    expect(issuer.asked.filter((path) => path === '/keys')).toHaveLength(2);
  });

  it('are good for a day while the issuer is away, and no longer', async () => {
    const own = open();
    await own.hear();
    issuer.answer = (_, response) => {
      response.writeHead(503).end();
      return true;
    };
    clock.advance(3_600_000);
    await own.hear();
    expect(own.current).toBeDefined();
    expect(news.at(-1)).toMatchObject({ problem: expect.stringMatching(/status 503$/), usable: true });
    clock.advance(24 * 3_600_000);
    expect(own.current).toBeUndefined();
    issuer.answer = () => false;
    await own.hear();
    expect(own.current).toBeDefined();
    expect(news.at(-1)).toMatchObject({ problem: undefined });
  });

  it('are told of: when they were read, and since when the issuer is away', async () => {
    const own = open();
    await own.hear();
    const readAt = clock.now();
    expect(own.state).toEqual({ issuer: issuer.url, readAt, away: undefined, failedAt: undefined, usable: true });
    issuer.answer = (_, response) => {
      response.writeHead(503).end();
      return true;
    };
    clock.advance(10_000);
    const since = clock.now();
    await own.hear();
    clock.advance(10_000);
    await own.hear();
    const why = expect.stringMatching(/status 503$/) as string;
    expect(own.state).toEqual({
      issuer: issuer.url,
      readAt,
      away: { why, since },
      failedAt: clock.now(),
      usable: true,
    });
    // Nobody looks for a day, and the same answer is another piece of news then.
    clock.advance(24 * 3_600_000);
    await own.hear();
    expect(own.state).toMatchObject({ away: { since }, usable: false });
    expect(news.at(-1)).toMatchObject({ usable: false });
  });

  it('that stand in the policy are never asked for, and never old', async () => {
    const own = open({ keys: { set: await issuer.jwks() } });
    await own.hear();
    clock.advance(365 * 24 * 3_600_000);
    expect(own.current).toBeDefined();
    expect(own.state).toBeUndefined();
    expect(issuer.asked).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['of another issuer', { issuer: 'https://evil.example', jwks_uri: 'https://evil.example/keys' }, /is of issuer/],
    ['without keys', {}, /is of issuer undefined/],
  ])('are not taken from metadata %s', async (_, metadata, problem) => {
    issuer.answer = (_request, response) => {
      response.end(JSON.stringify(metadata));
      return true;
    };
    const own = open();
    await own.hear();
    expect(own.current).toBeUndefined();
    expect(news).toEqual([{ issuer: issuer.url, problem: expect.stringMatching(problem), usable: false }]);
  });

  it.each([
    ['not JSON', '<html>', /that is not JSON$/],
    ['a list', '[]', /no JSON object$/],
    ['no keys', '{"keys": []}', /has no keys$/],
    ['endless', 'x'.repeat(300_000), /more than 262144 bytes$/],
  ])('are not taken from an answer that is %s', async (_, body, problem) => {
    issuer.answer = (_request, response) => {
      response.end(body);
      return true;
    };
    const own = open({ keys: { url: `${issuer.url}/jwks` } });
    await own.hear();
    expect(own.current).toBeUndefined();
    expect(news[0]?.problem).toMatch(problem);
  });

  it('are not looked for where a redirect leads', async () => {
    issuer.answer = (_request, response) => {
      response.writeHead(302, { location: `${issuer.url}/keys` }).end();
      return true;
    };
    const own = open({ keys: { url: `${issuer.url}/jwks` } });
    await own.hear();
    expect(own.current).toBeUndefined();
    expect(issuer.asked).toEqual(['/jwks']);
  });
});

it('metadata of OAuth alone is enough, with the path of the issuer behind', async () => {
  const tenant = `${issuer.url}/tenant`;
  issuer.answer = (request, response) => {
    if (request.url !== '/.well-known/oauth-authorization-server/tenant') return false;
    response.end(JSON.stringify({ issuer: tenant, jwks_uri: `${issuer.url}/keys` }));
    return true;
  };
  const own = open({ issuer: tenant });
  await own.hear();
  expect(own.current).toBeDefined();
  expect(issuer.asked[0]).toBe('/tenant/.well-known/openid-configuration');
});
