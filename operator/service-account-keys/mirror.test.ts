import { pino } from 'pino';
import { beforeEach, expect, it } from 'vitest';
import type { Timers } from '../kit/clock.ts';
import { ServiceAccountKeyMirror } from './mirror.ts';

const KEY = { kty: 'EC', kid: 'a', crv: 'P-256', x: 'AQ', y: 'Ag' };
let now = 0;
let asked: string[] = [];
let answer: (path: string) => unknown;
let changes = 0;
const clock: Timers = { now: () => now, monotonic: () => now, after: () => () => {} };

/** In the place of the API server stand two documents; what a real one says is in test/cluster. */
function mirror(): ServiceAccountKeyMirror {
  const client = {
    async document(path: string): Promise<unknown> {
      asked.push(path);
      return answer(path);
    },
  };
  const made = new ServiceAccountKeyMirror({ client, isUsed: () => true, clock, log: pino({ level: 'silent' }) });
  made.onChange(() => changes++);
  return made;
}

const published =
  (...kids: string[]) =>
  (path: string) =>
    path.startsWith('/openid')
      ? { keys: kids.map((kid) => Object.assign({}, KEY, { kid })) }
      : { issuer: 'https://a.example' };

beforeEach(() => {
  now = 0;
  asked = [];
  changes = 0;
  answer = published('a');
});

it('says what the API server publishes, once for all who ask at a time', async () => {
  const keys = mirror();
  const [one, other] = await Promise.all([keys.refresh(), keys.refresh()]);
  expect(one).toEqual({ issuer: 'https://a.example', keys: [KEY] });
  expect(other).toEqual(one);
  expect(asked).toEqual(['/.well-known/openid-configuration', '/openid/v1/jwks']);
  expect([keys.issuer, keys.problem, changes]).toEqual(['https://a.example', undefined, 1]);
});

it('asks again for whoever has seen another key, at most every two seconds', async () => {
  const keys = mirror();
  await keys.refresh();
  answer = published('a', 'b');
  now = 1_999;
  expect((await keys.refresh())?.keys).toHaveLength(1);
  now = 2_000;
  expect((await keys.refresh())?.keys).toHaveLength(2);
  expect(changes).toBe(2);
  now = 9_000;
  await keys.refresh();
  expect(changes).toBe(2);
});

it('keeps what it has said while the API server says nothing, and does not call it new', async () => {
  const keys = mirror();
  await keys.refresh();
  const { text } = keys;
  answer = () => {
    throw new Error('it is away');
  };
  now = 5_000;
  expect(await keys.refresh()).toBeUndefined();
  expect([keys.text, keys.problem, changes]).toEqual([text, 'it is away', 2]);
});

it.each([
  ['no issuer', (path: string) => (path.startsWith('/openid') ? { keys: [KEY] } : {})],
  ['no keys', (path: string) => (path.startsWith('/openid') ? { keys: [] } : { issuer: 'https://a.example' })],
  ['nothing', () => null],
])('says what is wrong where it publishes %s', async (_what, said) => {
  answer = said;
  const keys = mirror();
  expect(await keys.refresh()).toBeUndefined();
  expect([keys.text, keys.problem]).toEqual([undefined, expect.stringMatching(/names no issuer at .*, or no keys at/)]);
});
