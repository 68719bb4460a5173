/**
 * What the house rules do not ask of, and why. The lists only shrink: an exception that is no longer needed fails the test, and a new one
 * needs a better reason than that there was no time.
 */

const WIRING = 'it puts parts together, and what counts is that all of them start';
const GOLDENS = 'every case of testdata goes through it, whole pods in and out';
const API_SERVER = 'what it does is what the API server makes of it';
const BOTH_STORES = 'one suite holds both databases to the same, and starts a PostgreSQL once';

/** Files that only a process can test: what they do is to begin and to end one. */
export const TESTED_ELSEWHERE: ReadonlyMap<string, { readonly by: string; readonly because: string }> = new Map([
  ['cli/up.ts', { by: 'test/e2e/up.test.ts', because: 'it opens listeners and ends the process' }],
  ['cli/wrap.ts', { by: 'test/e2e/wrap.test.ts', because: 'it owns standard input and output and ends the process' }],
  ['archive/main.ts', { by: 'test/e2e/archive.test.ts', because: 'it is the process' }],
  ['archive/archive.ts', { by: 'test/e2e/archive.test.ts', because: WIRING }],
  ['archive/objects/old-records.ts', { by: 'archive/store/store.test.ts', because: BOTH_STORES }],
  ['archive/store/append.ts', { by: 'archive/store/store.test.ts', because: BOTH_STORES }],
  ['archive/store/holds.ts', { by: 'archive/store/store.test.ts', because: BOTH_STORES }],
  ['archive/store/postgres-database.ts', { by: 'archive/store/store.test.ts', because: BOTH_STORES }],
  ['archive/store/prune.ts', { by: 'archive/store/store.test.ts', because: BOTH_STORES }],
  ['archive/store/schema.ts', { by: 'archive/store/store.test.ts', because: BOTH_STORES }],
  ['archive/store/sqlite-database.ts', { by: 'archive/store/store.test.ts', because: BOTH_STORES }],
  ['archive/store/stream-row.ts', { by: 'archive/store/store.test.ts', because: BOTH_STORES }],
  [
    'sidecar/downstream/http/connections.ts',
    { by: 'test/e2e/tls.test.ts', because: 'it needs connections to a whole gate' },
  ],
  ['sidecar/tls/door.ts', { by: 'test/e2e/tls.test.ts', because: 'it needs connections to a whole gate' }],
  ['sidecar/tls/counts.ts', { by: 'test/e2e/tls.test.ts', because: 'it needs connections to a whole gate' }],
  ['sidecar/lifecycle/archive-link.ts', { by: 'test/e2e/archive.test.ts', because: WIRING }],
  [
    'operator/grants/service.ts',
    { by: 'test/cluster/api/operator/grants.test.ts', because: 'the API server counts along, and has the last word' },
  ],
  ['sidecar/gates.ts', { by: 'test/e2e/further-ports.test.ts', because: WIRING }],
  ['sidecar/main.ts', { by: 'test/e2e/sidecar.test.ts', because: 'it is the process' }],
  ['sidecar/run.ts', { by: 'test/e2e/sidecar.test.ts', because: WIRING }],
  [
    'scripts/build.ts',
    { by: 'test/package/package.test.ts', because: 'it writes dist/, and what matters is what a user gets' },
  ],
  [
    'operator/witness/bucket.ts',
    { by: 'test/e2e/witness-copies.test.ts', because: 'what it asks for is a lock that only a real store has' },
  ],
  // A fake API server would grow into a second, worse one: what speaks to it is tested against the real one.
  ['operator/kit/api-client.ts', { by: 'test/cluster/api/kit/api-client.test.ts', because: API_SERVER }],
  ['operator/kit/connection.ts', { by: 'test/cluster/api/kit/api-client.test.ts', because: API_SERVER }],
  ['operator/kit/transport.ts', { by: 'test/cluster/api/kit/api-client.test.ts', because: API_SERVER }],
  ['operator/kit/events.ts', { by: 'test/cluster/api/kit/events.test.ts', because: API_SERVER }],
  ['operator/kit/leader-election.ts', { by: 'test/cluster/api/kit/leader-election.test.ts', because: API_SERVER }],
  ['operator/kit/reflector.ts', { by: 'test/cluster/api/kit/reflector.test.ts', because: API_SERVER }],
  ['operator/served-certificate.ts', { by: 'test/cluster/api/operator/archive.test.ts', because: API_SERVER }],
  ['operator/controllers.ts', { by: 'test/cluster/api/operator/startup.test.ts', because: WIRING }],
  ['operator/operator.ts', { by: 'test/cluster/api/operator/startup.test.ts', because: WIRING }],
  ['operator/hooks/main.ts', { by: 'test/cluster/api/chart/hooks.test.ts', because: 'it is the process' }],
  ['operator/hooks/hooks.ts', { by: 'test/cluster/api/chart/hooks.test.ts', because: WIRING }],
  ['operator/hooks/vote.ts', { by: 'test/cluster/api/chart/hooks.test.ts', because: API_SERVER }],
  ['operator/injection/facts.ts', { by: 'operator/injection/injection.golden.test.ts', because: GOLDENS }],
  ['operator/injection/inject.ts', { by: 'operator/injection/injection.golden.test.ts', because: GOLDENS }],
  ['operator/injection/render.ts', { by: 'operator/injection/injection.golden.test.ts', because: GOLDENS }],
  ['operator/injection/overlay.ts', { by: 'operator/injection/reinvocation.test.ts', because: GOLDENS }],
  ['operator/mcpserver/reconcile.ts', { by: 'test/cluster/api/operator/mcpserver.test.ts', because: API_SERVER }],
  ['operator/sidecar-api/server.ts', { by: 'test/cluster/api/operator/sidecar-api.test.ts', because: API_SERVER }],
  ['operator/handle-keys/service.ts', { by: 'test/cluster/api/operator/handle-keys.test.ts', because: API_SERVER }],
  ['operator/tls/house-secret.ts', { by: 'test/cluster/api/operator/house-certificate.test.ts', because: API_SERVER }],
  ['operator/targets/resolve.ts', { by: 'test/cluster/api/operator/targets.test.ts', because: API_SERVER }],
  ['operator/tls/ca-bundle-keeper.ts', { by: 'test/cluster/api/admission/trust.test.ts', because: API_SERVER }],
  ['operator/tls/certificates.ts', { by: 'test/cluster/api/admission/trust.test.ts', because: API_SERVER }],
  ['scripts/generate.ts', { by: 'scripts/run.mjs', because: '`lint` runs it with --check over what it has written' }],
]);

/** Longer than a file may be. */
export const OVERLONG: ReadonlySet<string> = new Set([]);

/** Files that decide something and have no test beside them yet. */
export const OWED: readonly string[] = [];
