import { expect, it } from 'vitest';
import { type Secret, readSecret } from '../../../core/credentials/secret.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { BundleCredential } from '../../../core/policy/settings/upstream.ts';
import { UpstreamCredentials } from './credentials.ts';
import { type Found, notToBeHad } from './source.ts';

const secretOf = (name: string): Secret => readSecret(name, `sk-${name}-0123456789`) as Secret;
const of = (name: string, place: BundleCredential['place']): BundleCredential => ({
  ...{ name, place, from: { file: `/${name}` }, principals: null },
});
const NOBODY = { principal: undefined, authorization: undefined };

let found: Record<string, Found>;
let log: string[];
let credentials: BundleCredential[] | undefined;

function make(): UpstreamCredentials {
  [found, log] = [{}, []];
  let policy: Policy | undefined;
  let compiled: unknown;
  return new UpstreamCredentials(
    {
      current: () => {
        if (compiled !== credentials) {
          const upstream = credentials && { credentials, unmatched: 'Refuse', onEcho: 'Redact' };
          policy = { bundle: { server: { upstream } } } as unknown as Policy;
          compiled = credentials;
        }
        return policy;
      },
    },
    ({ name }) => {
      log.push(`made ${name}`);
      return {
        look: () => found[name] ?? { kind: 'found', secret: secretOf(name) },
        fetch: () => () => {},
        common: [secretOf(name)],
        problem: name === 'b' ? 'b is missing' : undefined,
        close: () => void log.push(`closed ${name}`),
      };
    },
  );
}

it('shows each key at its place', () => {
  credentials = [
    of('a', { header: 'x-a', prefix: 'Key ' }),
    of('b', { query: 'b c' }),
    of('d', { query: 'd' }),
    of('e', { env: 'E' }),
  ];
  const shown = make();
  expect(shown.look(NOBODY)).toMatchObject({
    kind: 'shown',
    shown: {
      headers: { 'x-a': 'Key sk-a-0123456789' },
      query: 'b%20c=sk-b-0123456789&d=sk-d-0123456789',
      env: { E: 'sk-e-0123456789' },
    },
  });
  expect([...shown.headers]).toEqual(['x-a']);
  expect(shown.problems()).toEqual(['b is missing']);
  expect(shown.mask('said sk-a-0123456789')).toBe(`said ${'*'.repeat(15)}`);
});

it('waits for all that is pending, and refuses where one is not to be had', () => {
  credentials = [of('a', { header: 'x-a', prefix: '' }), of('b', { query: 'b' }), of('c', { query: 'c' })];
  const shown = make();
  Object.assign(found, { a: { kind: 'pending' }, c: { kind: 'pending' } });
  const looked = shown.look(NOBODY);
  expect(looked.kind === 'pending' && looked.sources).toHaveLength(2);
  found['b'] = notToBeHad('b');
  expect(shown.look(NOBODY)).toMatchObject({ kind: 'refused' });
});

it('keeps a source through another policy, and closes what is not named any more', () => {
  credentials = undefined;
  const shown = make();
  expect(shown.look(NOBODY)).toMatchObject({ kind: 'shown', shown: { headers: {} } });
  expect([shown.said, shown.common(), shown.problems()]).toEqual([undefined, [], []]);
  credentials = [of('a', { header: 'x-a', prefix: '' }), of('b', { query: 'b' })];
  shown.look(NOBODY);
  credentials = [of('a', { header: 'x-other', prefix: '' })];
  expect(shown.common()).toHaveLength(1);
  expect(log).toEqual(['made a', 'made b', 'closed b']);
  shown.close();
  expect(log.at(-1)).toBe('closed a');
});
