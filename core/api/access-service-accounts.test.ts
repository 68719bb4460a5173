import { expect, it } from 'vitest';
import { defaultAudience } from './access-names.ts';
import { serviceAccountsSchema } from './access-service-accounts.ts';

const complaints = (said: unknown): string[] =>
  (serviceAccountsSchema.safeParse(said).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

it('are let in by one word, offline and of all namespaces', () => {
  expect(serviceAccountsSchema.parse({})).toEqual({ verify: 'Offline' });
});

it('have an audience that no other server of the cluster has', () => {
  const audience = defaultAudience({ namespace: 'finance', name: 'ledger' });
  expect(audience).toBe('ledger.finance.sallyport.dev');
  expect(complaints({ audiences: [audience, 'http://ledger.finance.svc/mcp'] })).toEqual([]);
});

it.each([
  'https://kubernetes.default.svc',
  'https://kubernetes.default.svc.cluster.local',
  'kubernetes.default.svc',
  'sallyport.dev/operator',
  'sallyport.dev/archive',
])('are not let in by tokens for %s', (audience) => {
  expect(complaints({ audiences: [audience] }).join()).toMatch(
    /^audiences\.0: is the audience of the API server or of Sallyport itself.*for example/,
  );
});

it.each([
  [{ audiences: [] }, /^audiences: /],
  [{ namespaces: ['Finance'] }, /^namespaces\.0: /],
  [{ verify: 'Sometimes' }, /^verify: /],
])('%j is refused', (said, words) => expect(complaints(said).join()).toMatch(words));
