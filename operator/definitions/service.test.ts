/** What is decided before anything is written, and that a lost race is run again; the rest is tested on a real API server. */
import { beforeEach, expect, test } from 'vitest';
import { pino } from 'pino';
import { definitionDigest } from '../../core/inspect/definitions/definition.ts';
import type { Caches } from '../caches.ts';
import { type ApiClient, ApiError } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import type { RawObject } from '../kit/resource.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { cachesWith } from '../testing/gen.ts';
import { accept, type Told } from './pin.ts';
import { keyOfPin, metadataOf, prunePins, readPin, writePin } from './pins-object.ts';
import type { AskedAbout } from './questions.ts';
import { DefinitionPins } from './service.ts';

const ROOT = 'sallyport-system';
const of = { namespace: 'finance', server: 'ledger', uid: 'u' };
const definition = { name: 'add' };
const add: Told = {
  kind: 'tool',
  name: 'add',
  digest: definitionDigest({ kind: 'tool', value: definition }),
  definition,
  used: true,
};
const KEY = keyOfPin(add);

let caches: Caches;
let clock: FakeClock;
let stored: RawObject | undefined;
let did: string[];
let lost: number;
let serverUid: string | undefined;
let asked: object[];
let refused: Map<string, Error>;
let pins: DefinitionPins;
beforeEach(() => {
  caches = cachesWith();
  clock = new FakeClock();
  [stored, did, lost] = [undefined, [], 0];
  [asked, refused, serverUid] = [[], new Map(), 'u'];
  const race = (what: string, write: () => void): Promise<void> => {
    did.push(what);
    if (lost-- > 0) return Promise.reject(new ApiError({ verb: 'patch', resource: RESOURCES.ConfigMap }, 409, {}));
    return Promise.resolve(write());
  };
  const client = {
    find: ({ kind }: { kind: string }) =>
      Promise.resolve(kind === 'ConfigMap' ? stored : serverUid && { metadata: { name: 'ledger', uid: serverUid } }),
    create: (_: unknown, object: RawObject) => race('create', () => (stored = object)),
    mergePatch: (_: unknown, __: unknown, { metadata, data }: RawObject) =>
      race(
        `patch ${metadata.resourceVersion}`,
        () => (stored = { ...(stored as RawObject), data: { ...stored?.data, ...data } }),
      ),
    delete: () => Promise.resolve(void did.push('delete')),
  } as unknown as ApiClient;
  const questions = {
    ask: (_: unknown, { told, isNew, before }: AskedAbout) => {
      did.push('ask');
      asked.push({ isNew, before });
      const error = refused.get(told.name);
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    },
  };
  pins = new DefinitionPins({ caches, client, clock, questions, rootNamespace: ROOT, log: pino({ level: 'silent' }) });
});

const object = (uid = 'u', ...all: Told[]): RawObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { ...metadataOf({ ...of, uid }, ROOT), uid: 'cm', resourceVersion: '5' },
  data: Object.fromEntries(
    all.map((one) => [
      keyOfPin(one),
      writePin({ kind: 'tool', name: one.name, since: 1, first: one.digest, accepted: [], refused: [], held: [] }),
    ]),
  ),
});

test('a first use is written, and nobody asked', async () => {
  await pins.tell(of, [add], 'sa');
  expect(did).toEqual(['create']);
  expect(readPin(stored?.data?.[KEY])).toMatchObject({ name: 'add', first: add.digest });
});

test('a race that is lost is run again, on what the winner has left', async () => {
  lost = 1;
  await pins.tell(of, [add], 'sa');
  expect(did).toEqual(['create', 'create']);
  stored = object();
  lost = 2;
  await pins.tell(of, [add], 'sa');
  expect(did.slice(2)).toEqual(['patch 5', 'patch 5', 'patch 5']);
});

test('what is known is not written again', async () => {
  stored = object('u', add);
  await pins.tell(of, [add], 'sa');
  expect(did).toEqual([]);
});

test('of a change a person may be asked, also when it is told again', async () => {
  stored = object('u', add);
  const other = { ...add, digest: 'sha256:1', used: false };
  await pins.tell(of, [other], 'sa');
  await pins.tell(of, [other], 'sa');
  expect(did).toEqual(['patch 5', 'ask', 'ask']);
});

test('what an earlier server of this name had is gone', async () => {
  stored = object('of-before', add);
  await pins.tell(of, [{ ...add, digest: 'sha256:1' }], 'sa');
  expect(did).toEqual(['delete', 'create']);
});

test('what a server of now has is not lost to a gate of the one before, where a replica knows no better', async () => {
  stored = object('of-now', add);
  serverUid = 'of-now';
  await expect(pins.tell(of, [{ ...add, digest: 'sha256:1' }], 'sa')).rejects.toThrow(/another server by now/);
  expect(did).toEqual([]);
});

test.each([
  ['of a server that is gone are deleted', undefined, ['delete']],
  ['of a server that was made again are deleted', 'another', ['delete']],
  ['of a server that only the cache does not have yet stay', 'u', []],
])('pins %s', async (_, uid, expected) => {
  caches.pins.set(prunePins(object('u', add)));
  serverUid = uid;
  await pins.forget({ namespace: 'finance', name: 'ledger' });
  expect(did).toEqual(expected);
});

test('more than a gate has to tell is refused, and later taken again', async () => {
  stored = object('u', add);
  for (let i = 0; i < 60; i++) await pins.tell(of, [add], 'sa');
  await expect(pins.tell(of, [add], 'sa')).rejects.toThrow(/too often/);
  serverUid = 'another';
  await pins.tell({ ...of, uid: 'another' }, [add], 'sa');
  serverUid = 'u';
  await clock.advance(60_000);
  await pins.tell(of, [add], 'sa');
});

test('what a person decides of a digest that is not there changes nothing', async () => {
  stored = object('u', add);
  expect(await pins.accept(of, 'sha256:9')).toBe(false);
  expect(did).toEqual([]);
  await pins.tell(of, [{ ...add, digest: 'sha256:9', used: false }], 'sa');
  expect(await pins.accept(of, 'sha256:9')).toBe(true);
  expect(await pins.refuse(of, 'sha256:9')).toBe(true);
  expect(readPin(stored?.data?.[KEY])).toMatchObject({ accepted: ['sha256:9'], refused: [], held: [] });
});

test('a gate hears of what changes as soon as it does', async () => {
  caches.pins.set(prunePins(object('u', add)));
  const { version } = pins.snapshot(of);
  const waits = pins.waitWhile(of, version, 60_000, new AbortController().signal);
  const changed = object('u', add);
  const pin = accept(readPin(changed.data?.[KEY]) ?? expect.fail(), 'sha256:2');
  caches.pins.set(
    prunePins({ ...changed, metadata: { ...changed.metadata, resourceVersion: '6' }, data: { [KEY]: writePin(pin) } }),
  );
  await waits;
  expect(pins.snapshot(of).version).not.toBe(version);
  expect(pins.snapshot(of).pins).toMatchObject([{ accepted: ['sha256:2'] }]);
});

test('pins of a server of before are not those of this one', () => {
  caches.pins.set(prunePins(object('of-before', add)));
  expect(pins.snapshot(of).pins).toEqual([]);
});

test('a first use that a pack of later wants accepted is asked about as something new', async () => {
  await pins.tell(of, [add], 'sa');
  await pins.tell(of, [{ ...add, used: false }], 'sa');
  expect(asked).toEqual([{ isNew: true, before: undefined }]);
});

test('what the API server does not take of one definition keeps no other from being asked about', async () => {
  const named = (name: string): Told => ({ ...add, name, definition: { name }, digest: `sha256:${name}`, used: false });
  const answer = (status: number) => new ApiError({ verb: 'create', resource: RESOURCES.ConfigMap }, status, {});
  refused.set('a', answer(403));
  await pins.tell(of, [named('a'), named('b')], 'sa');
  expect(did.filter((one) => one === 'ask')).toHaveLength(2);
  refused.set('a', answer(500));
  await expect(pins.tell(of, [named('a'), named('c')], 'sa')).rejects.toThrow();
  expect(did.filter((one) => one === 'ask')).toHaveLength(4);
});
