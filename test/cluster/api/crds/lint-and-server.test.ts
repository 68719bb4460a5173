/**
 * Whether `sallyport lint`, the webhook and the operator, which read by zod, and the API server, which reads by the CRD, refuse the
 * same. One field at a time is spoilt in every way of spoil.ts, some three thousand objects.
 */
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { inputJsonSchema, kindSchemas, resourceSchemas, type FieldSchema } from '../../../../core/api/kinds.ts';
import { cleanupAfterAll } from '../../../support/cleanup.ts';
import { COMPLETE, COMPLETE_STATUS } from './complete.ts';
import { type ApiAnswer, type CustomObject, messageOf, RawApi } from './raw-api.ts';
import { nameOf, pathsOf, spoil } from './spoil.ts';

/** What the schema lets through and the webhook refuses, and why no schema or rule can. */
const WEBHOOK_ONLY: Record<string, string> = {
  'spec.remote.url: a URL that is none': 'CEL has no parser that reads URLs as WHATWG does, and the proxy does',
  'spec.tools: its first entry twice': 'names compared across four lists of 1000 rules cost more than a rule may',
  'spec.resources: its first entry twice': 'as above',
  'spec.prompts: its first entry twice': 'as above',
  'spec.methods: its first entry twice': 'as above',
  'spec.limits.rate: its first entry twice': 'as above',
  'spec.limits.concurrent: its first entry twice': 'as above',
  'spec.limits.resultBytes: its first entry twice': 'as above',
  'spec.limits.loops: its first entry twice': 'as above',
  'spec.limits.budget: its first entry twice': 'as above',
  'spec.sequences: its first entry twice': 'as above',
  'spec.sequences[].order: its first entry twice': 'what stands in an order twice can never be done in it',
  'spec.sequences[].order[]: an asterisk': 'as above: it would match the others',
  'spec.tools[].arguments.string.pattern: an asterisk': 'an API server could only compile it by matching it',
  'spec.tools[].arguments.string.pattern: an escape': 'as above',
  'spec.tools[].arguments.string.pattern: a URL that is none': 'as above',
  'spec.dlp[].patterns[].pattern: an asterisk': 'as above',
  'spec.dlp[].patterns[].pattern: an escape': 'as above',
  'spec.dlp[].patterns[].pattern: a URL that is none': 'as above',
  'spec.arguments[].pattern: an asterisk': 'as above',
  'spec.arguments[].pattern: an escape': 'as above',
  'spec.arguments[].pattern: a URL that is none': 'as above',
  'spec.subject.call.preview: a field of 400 letters':
    'keys of what is kept as it is have no bound; only the operator writes it',
};
/** The same of any field. */
const WEBHOOK_ONLY_ANYWHERE: Record<string, string> = {
  null: 'kept by the schema for the webhook to refuse: dropped, `principals: null` would mean everyone',
  '200 letters of 32 bits': 'the API server counts characters, JavaScript counts units of 16 bits',
};

/** What nobody can refuse once it is sent, since it is dropped before anything sees the object. */
const DROPPED = ['an unknown field', 'a field with a blank and "!"', 'a field of 400 letters', '1001 fields'];

const { use } = cleanupAfterAll();
let api: RawApi;
let namespace: string;

beforeAll(async () => {
  api = await use(new RawApi(inject('apiServerKubeconfig')));
  namespace = await api.namespace();
});

interface Verdicts {
  refusedByServerOnly: string[];
  refusedByWebhookOnly: string[];
  droppedByServer: string[];
  checked: number;
}

type Send = (object: CustomObject) => Promise<ApiAnswer>;

async function verdicts(object: CustomObject, from: string[], send: Send): Promise<Verdicts> {
  const found: Verdicts = { refusedByServerOnly: [], refusedByWebhookOnly: [], droppedByServer: [], checked: 0 };
  const schema = kindSchemas[object.kind];
  const check = async (name: string, spoilt: CustomObject): Promise<void> => {
    const answer = await send(spoilt);
    expect([200, 201, 400, 422], `${name}: ${messageOf(answer)}`).toContain(answer.status);
    const accepted = answer.status < 400;
    const allowed = schema.safeParse(spoilt).success;
    found.checked += 1;
    if (allowed && !accepted) found.refusedByServerOnly.push(`${name}: ${messageOf(answer)}`);
    // What the API server made of it is what webhook and operator see.
    else if (accepted && !schema.safeParse(answer.body).success) found.refusedByWebhookOnly.push(name);
    else if (accepted && !allowed) found.droppedByServer.push(name);
  };
  const jobs = [...spoil(object, from)];
  for (let i = 0; i < jobs.length; i += 8) {
    await Promise.all(jobs.slice(i, i + 8).map(({ name, object: spoilt }) => check(name, spoilt as CustomObject)));
  }
  return found;
}

describe.each(Object.entries(COMPLETE))('the complete object %s', (_, object) => {
  it('is accepted by both', async () => {
    expect(kindSchemas[object.kind].safeParse(object).error?.issues ?? []).toEqual([]);
    expect(messageOf(await api.dryRun(namespace, object))).toBe('accepted');
  });

  it.each(partsOf(object))(
    'is refused alike when a field of its %s is spoilt, but for what is listed here',
    async (_part, part) => {
      const found = await verdicts(part, ['spec'], (spoilt) => api.dryRun(namespace, spoilt));
      expect(found.checked).toBeGreaterThan(20);
      expect(found.refusedByServerOnly).toEqual([]);
      expect(found.refusedByWebhookOnly.filter((name) => !isListed(name))).toEqual([]);
      expect(found.droppedByServer.filter((name) => !DROPPED.some((fault) => name.endsWith(`: ${fault}`)))).toEqual([]);
      // The tools of a pack can be spoilt in almost two thousand ways.
    },
    180_000,
  );

  it('is refused alike when its name is spoilt', async () => {
    const found = await verdicts(object, ['metadata', 'name'], (spoilt) => api.dryRun(namespace, spoilt));
    expect(found).toMatchObject({ refusedByServerOnly: [], refusedByWebhookOnly: [], droppedByServer: [] });
  });
});

/** A pack has five thousand ways to be spoilt, and each takes as long as the pack is large: one field of its spec at a time. */
function partsOf(object: CustomObject): [string, CustomObject][] {
  if (object.kind !== 'PolicyPack') return [['spec', object]];
  const fields = Object.entries(object['spec'] as object);
  return fields.map(([field, value]) => [`spec.${field}`, { ...object, spec: { [field]: value as unknown } }]);
}

function isListed(name: string): boolean {
  const [path = '', fault = ''] = name.split(': ', 2);
  // A condition is for the parser of conditions: no rule of an API server can call the one that it has itself.
  if (path.endsWith('.when') || path === 'spec.limits.budget[].costs[].cost') return true;
  // Nor does any know the time zones.
  if (path === 'spec.limits.budget[].timeZone' || path === 'spec.risk.hours.timeZone') return true;
  // Nor is there one of JSON; what is none lets no call through, and has no keys.
  if (path === 'spec.arguments[].json' || path === 'spec.access.jwt[].jwks') return true;
  // Nor of certificates.
  if (/^spec\.(access\.certificates\.trust\[\]\.(ca|crl)|state\.valkey\.ca)$/.test(path)) return true;
  return name in WEBHOOK_ONLY || fault in WEBHOOK_ONLY_ANYWHERE;
}

it('a null reaches the webhook', async () => {
  const object = {
    ...COMPLETE.pack,
    spec: { targets: null, tools: [{ names: ['a'], effect: 'Allow', principals: null }] },
  };
  const { status, body } = await api.dryRun(namespace, object);
  expect(status).toBe(201);
  expect(kindSchemas.PolicyPack.safeParse(body).error?.issues.map(({ path }) => path.join('.'))).toEqual([
    'spec.targets',
    'spec.tools.0.principals',
  ]);
});

describe.each(['workload', 'pack', 'approval', 'grant'] as const)('the status of the complete object %s', (key) => {
  it('is refused by the schema wherever the operator could not read it back', async () => {
    const object = COMPLETE[key];
    expect(messageOf(await api.create(namespace, object))).toBe('accepted');
    const complete = { ...object, status: COMPLETE_STATUS[key] };
    expect(kindSchemas[object.kind].safeParse(complete).error?.issues ?? []).toEqual([]);
    const found = await verdicts(complete, ['status'], (spoilt) =>
      api.patch(namespace, object, { status: spoilt['status'] }, '/status?dryRun=All&fieldValidation=Ignore'),
    );
    expect(found.checked).toBeGreaterThan(100);
    expect(found.refusedByWebhookOnly.filter((name) => !isListed(name))).toEqual([]);
  });
});

it('the complete objects have every field there is', () => {
  const written = new Set(
    [...Object.values(COMPLETE), ...Object.values(COMPLETE_STATUS).map((status) => ({ status }))].flatMap((object) =>
      pathsOf(object).map(nameOf),
    ),
  );
  const fields = Object.values(resourceSchemas).flatMap((schema) => fieldsOf(inputJsonSchema(schema), ''));
  const other = ['spec.subject.call.resource', 'spec.subject.call.prompt'];
  expect(fields.filter((path) => /^(spec|status)/.test(path) && !written.has(path)).toSorted()).toEqual(
    other.toSorted(),
  );
});

function fieldsOf(node: FieldSchema, path: string): string[] {
  const own = Object.entries(node.properties ?? {}).flatMap(([key, field]) => {
    const below = path === '' ? key : `${path}.${key}`;
    return [below].concat(fieldsOf(field, below));
  });
  return node.items === undefined ? own : [...own, ...fieldsOf(node.items, `${path}[]`)];
}
