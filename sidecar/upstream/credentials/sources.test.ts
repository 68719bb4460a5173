import { expect, it } from 'vitest';
import type { BundleCredential } from '../../../core/policy/settings/upstream.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { CommandSource } from './command-source.ts';
import { FetchedSource } from './fetched/fetched-source.ts';
import { FileSource } from './file-source.ts';
import { sourcesFrom } from './sources.ts';
import { NO_SECRETS } from './store.ts';
import { StoredSource } from './stored-source.ts';

const secret = { secret: 'ledger-idp', key: 'secret' };
const clientCredentials = {
  of: { url: 'http://127.0.0.1:1/token' },
  ...{ clientId: 'gate', proof: { secret, sentIn: 'Header' as const }, scopes: [], resources: [], audiences: [] },
};

it.each<[string, BundleCredential['from'], new (...of: never[]) => unknown]>([
  ['a key of a Secret', secret, StoredSource],
  ['a file', { file: '/nowhere/key' }, FileSource],
  ['a command', { command: ['false'] }, CommandSource],
  ['a token that is fetched', { clientCredentials }, FetchedSource],
])('%s has a source of its kind', (_, from, kind) => {
  const sourceOf = sourcesFrom(NO_SECRETS, new FakeClock(), () => {});
  const place = { header: 'x-api-key', prefix: '' };
  const source = sourceOf({ name: 'api', place, from, principals: null });
  expect(source).toBeInstanceOf(kind);
  source.close();
});
