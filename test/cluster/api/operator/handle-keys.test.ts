/** The keys that handles are sealed with on a real API server: shared by replicas, not of the authority, and carried over an upgrade. */
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, inject as provided, it } from 'vitest';
import { HandleKeyService } from '../../../../operator/handle-keys/service.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { FakeClock } from '../../../../operator/kit/testing/fake-clock.ts';
import { HANDLE_KEYS_SECRET, TLS_SECRET } from '../../../../operator/names.ts';
import { Certificates } from '../../../../operator/tls/certificates.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { bench, type Bench } from '../admission/bench.ts';

const cleanup = cleanupAfterEach();
const DAY = 86_400_000;
const INFO = 'for a test';

let on: Bench;
beforeEach(async () => {
  on = await bench(cleanup, provided('apiServerKubeconfig'));
});

async function replica(clock = new FakeClock()) {
  const { client, namespace } = on;
  const lines: { msg: string; problems?: string[] }[] = [];
  const log = pino({}, { write: (text: string) => void lines.push(JSON.parse(text) as (typeof lines)[number]) });
  const certificates = new Certificates({
    ...{ client, namespace, dnsNames: ['localhost'], clock, log },
    registry: new Registry(),
  });
  await certificates.refresh();
  const keys = new HandleKeyService({ client, certificates, namespace, clock, log });
  return { certificates, keys, clock, lines };
}

const ref = () => ({ namespace: on.namespace, name: HANDLE_KEYS_SECRET });

describe('handle keys', () => {
  it('are made by whoever comes first, and all replicas have the same', async () => {
    const replicas = await Promise.all(Array.from({ length: 4 }, () => replica()));
    await Promise.all(replicas.map(({ keys }) => keys.refresh()));
    const [first, ...others] = replicas.map(({ keys }) => keys.of(INFO));
    expect(first?.other).toBeUndefined();
    for (const other of others) expect(other).toEqual(first);
  });

  it('are not of the authority: who has the one derives the other from nothing, and losing the one loses not the other', async () => {
    const { certificates, keys } = await replica();
    await keys.refresh();
    expect(keys.of(INFO).current).not.toEqual(certificates.derive(INFO).current);
    await on.client.delete(RESOURCES.Secret, { namespace: on.namespace, name: TLS_SECRET });
    const later = await replica();
    await later.keys.refresh();
    expect(later.keys.of(INFO)).toEqual(keys.of(INFO));
  });

  it('begin with the one that an operator before derived, which opens handles for a week after', async () => {
    const clock = new FakeClock();
    const { certificates, keys, lines } = await replica(clock);
    await clock.advance(20 * DAY);
    const derived = certificates.derive(INFO).current;
    await keys.refresh();
    const announced = keys.of(INFO);
    expect(announced.current).toEqual(derived);
    expect(announced.other).toBeDefined();
    await clock.advance(DAY);
    await keys.refresh();
    expect(keys.of(INFO)).toEqual({ current: announced.other, other: derived });
    await clock.advance(7 * DAY);
    await keys.refresh();
    expect(keys.of(INFO)).toEqual({ current: announced.other, other: undefined });
    expect(JSON.stringify(lines)).not.toContain(announced.other?.toString('base64url'));
  });

  it('damaged, are mended from memory, and the log says what was wrong', async () => {
    const { keys, lines } = await replica();
    await keys.refresh();
    const before = keys.of(INFO);
    await on.client.mergePatch(RESOURCES.Secret, ref(), { data: { current: 'aGVsbG8=' } });
    await keys.refresh();
    expect(keys.of(INFO)).toEqual(before);
    expect(lines.find(({ msg }) => msg.includes('damaged'))?.problems).toEqual([
      'current is not a time, a space and 32 bytes in base64url',
    ]);
    const again = await replica();
    await again.keys.refresh();
    expect(again.keys.of(INFO)).toEqual(before);
  });
});
