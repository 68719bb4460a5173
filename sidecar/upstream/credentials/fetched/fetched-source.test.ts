import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../../../../core/policy/principal.ts';
import type {
  ClientCredentials,
  FetchedToken,
  TokenExchange,
} from '../../../../core/policy/settings/fetched-tokens.ts';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { TokenEndpoint, answerJson } from '../../../testing/token-endpoint.ts';
import type { Caller, Found } from '../source.ts';
import type { SecretStore } from '../store.ts';
import { FetchedSource } from './fetched-source.ts';

const SECRET = { secret: 'ledger-idp', key: 'secret' };
const ACTOR = { secret: 'ledger-idp', key: 'actor' };

/** A folder of Secrets whose values a test changes. */
class Store implements SecretStore {
  version = 0;
  #texts: Record<string, string> = { secret: 'p%ss:word' };

  put(key: string, text: string | undefined): void {
    this.version++;
    if (text === undefined) delete this.#texts[key];
    else this.#texts[key] = text;
  }

  read(_secret: string, key: string) {
    const text = this.#texts[key];
    return text === undefined ? { problem: 'is not there' } : { text };
  }
}

let endpoint: TokenEndpoint;
let clock: FakeClock;
let store: Store;
let problems: string[];

beforeEach(async () => {
  endpoint = await TokenEndpoint.start();
  clock = new FakeClock();
  store = new Store();
  problems = [];
});
afterEach(() => endpoint.close());

const asking = (more: Partial<ClientCredentials> = {}): ClientCredentials => ({
  of: { url: endpoint.url },
  clientId: 'the gate',
  proof: { secret: SECRET, sentIn: 'Header' },
  ...{ scopes: [], resources: [], audiences: [] },
  ...more,
});
const sourceOf = (said: FetchedToken) =>
  new FetchedSource({ name: 'ledger', said, store, clock, onProblem: (one) => problems.push(one) });
const own = (more: Partial<ClientCredentials> = {}) => sourceOf({ clientCredentials: asking(more) });
const exchange = (more: Partial<TokenExchange> = {}) =>
  sourceOf({
    tokenExchange: { ...asking(), protocol: 'TokenExchange', subjectType: 'AccessToken', actor: null, ...more },
  });

const NOBODY: Caller = { principal: undefined, authorization: undefined };
const callerWith = (token: string, kind: Principal['kind'] = 'jwt'): Caller => ({
  principal: { kind, name: 'ada', groups: [] },
  authorization: `Bearer ${token}`,
});
const ADA = callerWith('adas-token');

/** As a call does it. */
async function got(source: FetchedSource, caller = NOBODY) {
  const found = source.look(caller);
  if (found.kind !== 'pending') return outcome(found);
  await new Promise<void>((resolve) => void source.fetch(caller, resolve));
  return outcome(source.look(caller));
}
function outcome(found: Found) {
  if (found.kind !== 'refused') return found.kind === 'found' ? found.secret.value : 'pending';
  const { reason, message } = found.refusal;
  return `${reason}: ${message.slice(message.indexOf(': ') + 2)}`;
}
const UNAVAILABLE = 'credentials-unavailable: the gate could not fetch ledger, which the server asks for';
const sent = () => Object.fromEntries(endpoint.asked.at(-1)?.form ?? []);

describe('client credentials', () => {
  it('are asked for once, and the token is watched for', async () => {
    const source = own();
    expect(await got(source)).toBe('issued-token-1');
    expect(outcome(source.look(ADA))).toBe('issued-token-1');
    expect(sent()).toEqual({ grant_type: 'client_credentials' });
    expect(source.common.map(({ value }) => value)).toEqual(['issued-token-1']);
  });

  it('are shown by a key, which is no line', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    store.put('secret', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    expect(await got(own({ proof: { privateKey: SECRET, keyId: null } }))).toBe('issued-token-1');
    expect(sent()).toHaveProperty('client_assertion');
  });

  it('are asked for anew once the secret is another one, and what was issued before is still watched for', async () => {
    const source = own();
    await got(source);
    store.put('other', 'of-another-entry');
    expect(await got(source)).toBe('issued-token-1');
    store.put('secret', 'new-secret');
    expect(await got(source)).toBe('issued-token-2');
    expect(source.common.map(({ value }) => value)).toEqual(['issued-token-1', 'issued-token-2']);
  });

  it('are not asked for without the secret', async () => {
    store.put('secret', undefined);
    const source = own();
    expect(await got(source)).toBe(UNAVAILABLE);
    expect([endpoint.asked, problems]).toEqual([
      [],
      ['credential ledger: key secret of Secret ledger-idp is not there'],
    ]);
    store.put('secret', 'a-new-secret');
    expect([await got(source), source.problem]).toEqual(['issued-token-1', undefined]);
  });

  it('are fetched anew where the server does not take the token', async () => {
    const source = own();
    await got(source);
    clock.advance(10_000);
    const [secret = expect.fail('nothing is watched for')] = source.common;
    source.refused(secret);
    expect(await got(source)).toBe('issued-token-2');
  });

  it('are waited for by so many calls at a time, and by no call that has gone', async () => {
    let answer = (): void => {};
    endpoint.serve = (_, response) => {
      answer = () => answerJson(response, 200, { access_token: 'a-good-token', token_type: 'Bearer' });
    };
    const source = own();
    let heard = 0;
    const leave = Array.from({ length: 512 }, () => source.fetch(NOBODY, () => heard++));
    expect(outcome(source.look(NOBODY))).toBe(UNAVAILABLE);
    leave[0]?.();
    expect(outcome(source.look(NOBODY))).toBe('pending');
    await expect.poll(() => endpoint.asked.length).toBe(1);
    answer();
    await expect.poll(() => heard).toBe(511);
    leave[1]?.();
    expect(await got(source)).toBe('a-good-token');
  });
});

describe('an endpoint', () => {
  it('that is away is one problem, said once, and asked again after a pause', async () => {
    const url = 'http://127.0.0.1:1023/token';
    const source = own({ of: { url } });
    expect(await got(source)).toBe(UNAVAILABLE);
    expect(await got(source)).toBe(UNAVAILABLE);
    clock.advance(1_000);
    expect(outcome(source.look(NOBODY))).toBe('pending');
    await got(source);
    expect(problems).toEqual([
      expect.stringMatching(/^credential ledger: could not be fetched from http:.*1023.token: .*ECONNREFUSED/),
    ]);
  });
});

describe('the token of a caller', () => {
  it('is exchanged, for that caller alone (RFC 8693 §2.1)', async () => {
    const source = exchange();
    expect(await got(source, ADA)).toBe('issued-token-1');
    expect(sent()).toMatchObject({ subject_token: 'adas-token' });
    expect(await got(source, callerWith('bobs-token'))).toBe('issued-token-2');
    expect(await got(source, ADA)).toBe('issued-token-1');
    expect(source.common).toEqual([]);
  });

  it('is watched for in all that is said to that caller, the ones before it too', async () => {
    const source = exchange();
    const bob: Caller = { principal: { kind: 'jwt', name: 'bob', groups: [] }, authorization: 'Bearer bobs-token' };
    for (const caller of [ADA, bob, callerWith('adas-second'), callerWith('adas-third'), callerWith('adas-fourth')])
      await got(source, caller);
    const ofCaller = (name: string) =>
      source.ofCaller({ kind: 'jwt', name, groups: [] }).map(({ value }) => value.slice(-1));
    expect([ofCaller('ada'), ofCaller('bob'), ofCaller('eve')]).toEqual([['3', '4', '5'], ['2'], []]);
    expect(own().ofCaller({ kind: 'jwt', name: 'ada', groups: [] })).toEqual([]);
  });

  it('may be shown with that of the gate as the actor', async () => {
    const source = exchange({ actor: { token: ACTOR, type: 'Jwt' } });
    expect(await got(source, ADA)).toBe(UNAVAILABLE);
    store.put('actor', 'gates-token\n');
    expect(await got(source, ADA)).toBe('issued-token-1');
    expect(sent()).toMatchObject({ subject_token: 'adas-token', actor_token: 'gates-token' });
  });

  it.each<[string, Caller]>([
    ['the gate itself', NOBODY],
    ['whoever shows a token that only the gate knows', callerWith('sp_token', 'token')],
    ['whoever shows nothing', callerWith('adas-token', 'anonymous')],
    ['the process at the other end of a pipe', callerWith('adas-token', 'local')],
    ['whoever shows it in another way', { principal: ADA.principal, authorization: 'DPoP adas-token' }],
  ])('is that of nobody where the caller is %s', async (_, caller) => {
    expect(await got(exchange(), caller)).toMatch(/^no-credentials: .*you have shown none that can be exchanged/);
    expect(endpoint.asked).toEqual([]);
  });

  it('that is declined keeps nobody else from theirs', async () => {
    endpoint.serve = ({ form }, response) =>
      form.get('subject_token') === 'adas-token'
        ? answerJson(response, 400, { error: 'invalid_request' })
        : answerJson(response, 200, { access_token: 'a-good-token', token_type: 'Bearer' });
    const source = exchange();
    expect(await got(source, ADA)).toMatch(/^no-credentials: .*status 400 and invalid_request/);
    expect(await got(source, callerWith('bobs-token'))).toBe('a-good-token');
    expect(problems).toEqual([]);
  });
});
