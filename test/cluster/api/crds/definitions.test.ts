/** That the API server takes the CRDs whole, and what kubectl makes of them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { cleanupAfterAll } from '../../../support/cleanup.ts';
import { kubectl, startApiServer } from '../../api-server.ts';
import { installCrds } from '../../shared-api-server.ts';
import { COMPLETE, COMPLETE_STATUS } from './complete.ts';
import { messageOf, RawApi } from './raw-api.ts';

const folder = join(import.meta.dirname, '..', '..', '..', '..', 'crds');
let kubeconfig = inject('apiServerKubeconfig');
const run = (...args: string[]): Promise<string> => kubectl(kubeconfig, args);
const { defer, use } = cleanupAfterAll();

describe.each(readdirSync(folder).map((file) => [file.replace(/\.yaml$/, ''), file]))('%s', (name, file) => {
  it('is established, with nothing to complain of', async () => {
    const crd = JSON.parse(await run('get', 'crd', name, '-o', 'json')) as {
      status: { conditions: { type: string; status: string }[]; storedVersions: string[] };
    };
    // A schema that is not structural would show as a third condition.
    expect(crd.status.conditions.map(({ type, status }) => `${type}=${status}`).toSorted()).toEqual([
      'Established=True',
      'NamesAccepted=True',
    ]);
    expect(crd.status.storedVersions).toEqual(['v1alpha1']);
  });

  it('is taken again as it is, without a warning', async () => {
    // kubectl writes warnings where they are not seen here, so they are made errors.
    const path = join(folder, file);
    const answer = await run('apply', '--server-side', '--dry-run=server', '--warnings-as-errors', '-f', path);
    expect(answer).toContain(`${name} serverside-applied`);
  });
});

describe('kubectl', () => {
  let namespace = '';

  beforeAll(async () => {
    // One of its own: an operator of another file would write what it makes of these objects.
    const server = await startApiServer();
    defer(() => server.stop());
    await installCrds(server.kubeconfig);
    ({ kubeconfig } = server);
    const api = await use(new RawApi(kubeconfig));
    namespace = await api.namespace();
    for (const key of ['workload', 'pack', 'approval'] as const) {
      expect(messageOf(await api.create(namespace, COMPLETE[key]))).toBe('accepted');
      await api.setStatus(namespace, COMPLETE[key], COMPLETE_STATUS[key]);
    }
  }, 120_000);

  const columns = async (...args: string[]): Promise<string[][]> => {
    const lines = (await run('get', '-n', namespace, ...args)).trimEnd().split('\n');
    return lines.map((line) => line.split(/ {2,}/).map((cell) => cell.trim()));
  };
  const age = expect.stringMatching(/^\d+[sm]/) as string;
  const digest = `sha256:${'a'.repeat(64)}`;

  it.each([
    [
      'smcp',
      ['NAME', 'READY', 'POLICY', 'ENFORCED', 'URL', 'AGE'],
      ['complete-workload', 'False', '', '3/3', 'http://ledger.finance.svc:80/mcp', age],
    ],
    [
      'packs',
      ['NAME', 'MODE', 'HALTS', 'SERVERS', 'ACCEPTED', 'AGE'],
      ['complete-pack', 'Enforce', 'incident 4711', '2', '', age],
    ],
    [
      'approvals',
      ['NAME', 'SERVER', 'TOOL', 'DEFINITION', 'REQUESTER', 'STATE', 'VOTES', 'EXPIRES'],
      ['complete-approval', 'ledger', 'transfer', 'billing-agent', 'Pending', '1/2', '2026-11-21T10:15:00Z'],
    ],
  ])('answers the first question of %s', async (name, heading, row) => {
    const [shown, ...rows] = await columns(name);
    expect(shown).toEqual(heading);
    expect(rows).toEqual([row.filter((cell) => cell !== '')]);
  });

  it('shows revisions with -o wide', async () => {
    expect((await columns('smcp', '-o', 'wide'))[1]).toContain(digest);
    expect((await columns('packs', '-o', 'wide'))[1]).toContain(digest);
  });

  it('lists all of them by their category', async () => {
    expect((await run('get', 'sallyport', '-n', namespace, '-o', 'name')).trim().split('\n').toSorted()).toEqual([
      'approvalrequest.sallyport.dev/complete-approval',
      'mcpserver.sallyport.dev/complete-workload',
      'policypack.sallyport.dev/complete-pack',
    ]);
  });

  it.each([
    ['approvals', 'status.state=Pending', ['approvalrequest.sallyport.dev/complete-approval']],
    ['approvals', 'status.state=Approved', []],
    ['approvals', 'spec.server=ledger', ['approvalrequest.sallyport.dev/complete-approval']],
    ['packs', 'spec.mode=Shadow', []],
  ])('selects %s by %s', async (name, selector, found) => {
    const names = await run('get', name, '-n', namespace, '--field-selector', selector, '-o', 'name');
    expect(names.split('\n').filter((line) => line !== '')).toEqual(found);
  });

  it('explains a field in the words of the reference', async () => {
    expect((await run('explain', 'policypack.spec.tools.effect')).replaceAll(/\s+/g, ' ')).toContain(
      'The strictest effect of all rules wins; without an allowing rule a call is denied.',
    );
  });
});
