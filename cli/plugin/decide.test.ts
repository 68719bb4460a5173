import { describe, expect, test } from 'vitest';
import { scriptKubectl } from '../testing/scripted-kubectl.ts';
import { DIGEST, storedRequest } from '../testing/stored-request.ts';
import { Cluster } from './cluster.ts';
import { decide as decideWith, type DecideOptions } from './decide.ts';

const cluster = new Cluster({ namespace: 'finance' });
const decide = (of: Cluster, name: string, decision: 'Approved' | 'Denied', options: DecideOptions) =>
  decideWith(of, name, decision, options, () => '');
const seen = { digest: DIGEST };
const NAME = 'ledger-transfer-x7k2m';
const CONFLICT = 'Error from server (Conflict): the object has been modified';
const DENIED = 'Error from server (Forbidden): x is forbidden: y denied request: ada has decided already';

describe('a vote', () => {
  test('is cast on what was read', async () => {
    const kubectl = scriptKubectl(storedRequest(), storedRequest({ resourceVersion: '8' }));
    expect((await decide(cluster, NAME, 'Approved', seen))?.metadata.resourceVersion).toBe('8');
    expect(kubectl.asked()[1]).toContain('{"metadata":{"resourceVersion":"7"},"status":{"decision":"Approved"}}');
  });

  test('of somebody else in between is no hindrance: the request is the same', async () => {
    const newer = storedRequest({ resourceVersion: '8' });
    const kubectl = scriptKubectl(storedRequest(), CONFLICT, newer, storedRequest({ resourceVersion: '9' }));
    expect((await decide(cluster, NAME, 'Approved', seen))?.metadata.resourceVersion).toBe('9');
    expect(kubectl.asked().at(-1)).toContain('"resourceVersion":"8"');
  });

  test.each([
    ['another object', storedRequest({ uid: 'u2', resourceVersion: '8' })],
    ['another call', storedRequest({ resourceVersion: '8', call: { digest: `sha256:${'0'.repeat(64)}` } })],
  ])('is not cast on %s under the same name', async (_, other) => {
    const kubectl = scriptKubectl(storedRequest(), CONFLICT, other);
    await expect(decide(cluster, NAME, 'Approved', seen)).rejects.toThrow('another request now');
    expect(kubectl.asked()).toHaveLength(3);
  });

  test('that comes too late says who was faster', async () => {
    const settled = storedRequest({ resourceVersion: '8', status: { state: 'Denied', decidedBy: 'grace' } });
    scriptKubectl(storedRequest(), CONFLICT, settled);
    await expect(decide(cluster, NAME, 'Approved', seen)).rejects.toThrow('is settled already: Denied by grace');
    scriptKubectl(settled);
    await expect(decide(cluster, NAME, 'Denied', {})).rejects.toThrow('is settled already: Denied by grace');
  });

  test('that is refused is not cast again', async () => {
    const kubectl = scriptKubectl(storedRequest(), DENIED, storedRequest());
    await expect(decide(cluster, NAME, 'Approved', seen)).rejects.toThrow('ada has decided already');
    expect(kubectl.asked()).toHaveLength(3);
  });

  test('is not tried for ever', async () => {
    const rounds = Array.from({ length: 5 }, (_, i) => [CONFLICT, storedRequest({ resourceVersion: String(8 + i) })]);
    scriptKubectl(storedRequest(), ...rounds.flat());
    await expect(decide(cluster, NAME, 'Approved', seen)).rejects.toThrow('changed in this very moment');
  });
});

describe('nothing is voted on', () => {
  test('that nobody has seen', async () => {
    scriptKubectl(storedRequest());
    await expect(decide(cluster, NAME, 'Approved', {})).rejects.toMatchObject({ exitCode: 2 });
  });

  test.each(['Approved', 'Denied'] as const)('that is other than what was seen: %s', async (decision) => {
    const kubectl = scriptKubectl(storedRequest());
    const other = { digest: `sha256:${'0'.repeat(64)}`, yes: true };
    await expect(decide(cluster, NAME, decision, other)).rejects.toThrow(`its digest is ${DIGEST}`);
    expect(kubectl.asked()).toHaveLength(1);
  });

  test('with a reason that would be cut', async () => {
    await expect(decide(cluster, NAME, 'Denied', { reason: 'x'.repeat(1025) })).rejects.toThrow('1025 characters');
  });
});
