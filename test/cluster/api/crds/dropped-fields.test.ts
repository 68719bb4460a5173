/**
 * Fields that are gone before the webhook could refuse them, as docs/reference.md warns.
 *
 * A field that no schema knows is dropped by the API server before any webhook sees the object, so whether it is refused depends
 * on what the client asks for: https://kubernetes.io/docs/reference/using-api/api-concepts/#setting-the-field-validation-level
 */
import { beforeAll, expect, inject, it } from 'vitest';
import { cleanupAfterAll } from '../../../support/cleanup.ts';
import { kubectl } from '../../api-server.ts';
import { RawApi } from './raw-api.ts';

const { use } = cleanupAfterAll();
let namespace: string;

beforeAll(async () => {
  const api = await use(new RawApi(inject('apiServerKubeconfig')));
  namespace = await api.namespace();
});

const misspelt = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: payments}
spec:
  tols: []
  tools:
    - {names: [transfer], effect: Allow, principal: {names: [ada]}}
`;

const apply = (text: string, ...options: string[]): Promise<string> =>
  kubectl(inject('apiServerKubeconfig'), ['apply', '-n', namespace, ...options, '-f', '-'], text);

async function stored(name: string): Promise<unknown> {
  const args = ['get', 'pack', name, '-n', namespace, '-o', 'jsonpath={.spec}'];
  return JSON.parse(await kubectl(inject('apiServerKubeconfig'), args)) as unknown;
}

const forEveryone = { mode: 'Enforce', tools: [{ names: ['transfer'], effect: 'Allow' }] };

it.each([
  ['kubectl apply', []],
  ['kubectl apply --server-side', ['--server-side']],
])('%s has an unknown field refused, by name', async (_, options) => {
  await expect(apply(misspelt, ...options)).rejects.toThrow(
    /unknown field.*spec\.tols|\.spec\.tols: field not declared/,
  );
});

it.each(['ignore', 'warn'])(
  'with --validate=%s an unknown field is dropped, and the rule means everyone',
  async (how) => {
    await apply(misspelt, `--validate=${how}`);
    expect(await stored('payments')).toEqual(forEveryone);
  },
);

const empty = misspelt
  .replace('payments', 'empty')
  .replace('  tols: []\n', '')
  .replace('principal: {names: [ada]}', 'principals: ');

it('a field without a value is left out by kubectl apply itself', async () => {
  await apply(empty);
  expect(await stored('empty')).toEqual(forEveryone);
});

it('a field without a value arrives with kubectl apply --server-side, so that the webhook can refuse it', async () => {
  await apply(empty.replace('empty', 'empty-too'), '--server-side');
  expect(await stored('empty-too')).toMatchObject({ tools: [{ principals: null }] });
});
