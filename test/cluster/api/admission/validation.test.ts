/** What kubectl says when a resource is refused by the webhook: faults that the CRDs let through, on a real API server. */
import { describe, expect, inject as provided, it } from 'vitest';
import { type MCPServer, mcpServerSchema } from '../../../../core/api/mcp-server.ts';
import { sha256 } from '../../../../core/digest.ts';
import { startAdmission } from '../../../../operator/admission/testing/running-server.ts';
import { tokensHandler } from '../../../../operator/admission/tokens-handler.ts';
import { validateHandler } from '../../../../operator/admission/validate-handler.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { CLIENT_TOKENS_LABEL, type Bench, bench, create, install, validatingConfiguration } from './bench.ts';

const cleanup = cleanupAfterEach();

interface Validating extends Bench {
  readonly changed: string[];
}

const API = 'sallyport.dev/v1alpha1';
const allow = { tools: [{ names: ['get_*'], effect: 'Allow' }] };
/** Rules on two lists with one name: no schema of a CRD can compare them. */
const ambiguous = {
  tools: [{ name: 'read', names: ['read'], effect: 'Allow' }],
  prompts: [
    { name: 'read', names: ['x'], effect: 'Allow' },
    { name: 'ask', names: ['y'], effect: 'Allow' },
    { name: 'ask', names: ['z'], effect: 'Deny' },
  ],
};

const pack = (spec: object, name = 'payments') => ({ apiVersion: API, kind: 'PolicyPack', metadata: { name }, spec });

async function start(
  servers: (namespace: string) => readonly MCPServer[] = () => [],
): Promise<Bench & { activate(): Promise<Validating> }> {
  const on = await bench(cleanup, provided('apiServerKubeconfig'));
  return {
    ...on,
    async activate() {
      const changed: string[] = [];
      const validate = validateHandler({
        rootNamespace: 'sallyport-system',
        servers,
        serversOf: () => servers(on.namespace),
        gatesOf: () => [],
      });
      const tokens = tokensHandler({ onTokensChanged: (_namespace, name) => changed.push(name) });
      const webhook = await cleanup.use(
        startAdmission(
          new Map([
            ['/validate', validate],
            ['/tokens', tokens],
          ]),
        ),
      );
      const { caBundle } = webhook.certificates.current();
      const hooks = ['validate', 'tokens'].map((name) => ({
        name: `${name}.example.com`,
        url: `${webhook.url}/${name}`,
        caBundle,
      }));
      await install(cleanup, on, validatingConfiguration(on, on.unique('sallyport-validator'), ...hooks), async () =>
        /is invalid/.test(await create(on, pack(ambiguous, 'probe'), '--dry-run=server').then(String, String)),
      );
      return { ...on, changed };
    },
  };
}

const validating = async (servers?: Parameters<typeof start>[0]) => (await start(servers)).activate();

describe('a pack', () => {
  it('is refused with every field, fault and mend', async () => {
    const on = await validating();
    const said = await create(on, pack(ambiguous)).then(String, String);
    expect(said).toContain('The PolicyPack "payments" is invalid');
    const mend = 'give every rule of a pack a name of its own';
    expect(said).toContain(`spec.prompts[0].name: "read" is the name of tools[0] already; ${mend}`);
    expect(said).toContain(`spec.prompts[2].name: "ask" is the name of prompts[1] already; ${mend}`);
  });

  it('whose condition is none is refused, and told what was meant', async () => {
    const on = await validating();
    const when = (text: string) => create(on, pack({ tools: [{ names: ['a'], effect: 'Deny', when: text }] }));
    await expect(when('princpal.name == "a"')).rejects.toThrow(
      'knows no variable "princpal" (character 1); did you mean `principal`?',
    );
    await expect(when('principal.name == 5')).rejects.toThrow('no such overload: string == int');
    await expect(when('arguments.amount >')).rejects.toThrow('is no condition');
    await expect(when(`arguments.a == ${'1'.repeat(1100)}`)).rejects.toThrow('spec.tools[0].when');
    await when('arguments.amount > 1000 && hostIn(arguments.url, ["*.example.com"])');
  });

  it('that would reach other namespaces from a namespace of its own is refused', async () => {
    const on = await validating();
    const reaching = { ...allow, namespaceSelector: { matchLabels: { team: 'a' } } };
    await expect(create(on, pack(reaching))).rejects.toThrow(
      'only packs in sallyport-system, the namespace of the operator, reach other namespaces; remove it, or move the pack to sallyport-system',
    );
  });

  it('that applies to nothing is created, with a word on it', async () => {
    const on = await validating();
    // kubectl has warnings on its other output, which is seen when it fails.
    const said = await on
      .kubectl(['create', '--warnings-as-errors', '--dry-run=server', '-f', '-'], pack(allow, 'other'))
      .then(String, String);
    expect(said).toContain(
      `Warning: the pack applies to no MCPServer so far (there is none in namespace ${on.namespace})`,
    );
  });

  it('that was broken before can be cleaned up and deleted', async () => {
    const on = await start();
    const broken = { ...pack(ambiguous), metadata: { name: 'payments', finalizers: ['example.com/hold'] } };
    await create(on, broken);
    const active = await on.activate();
    await active.kubectl(['annotate', 'policypack', 'payments', 'note=seen']);
    await active.kubectl(['delete', 'policypack', 'payments', '--wait=false']);
    await active.kubectl(['patch', 'policypack', 'payments', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
    await expect(active.kubectl(['get', 'policypack', 'payments'])).rejects.toThrow('not found');
  });
});

it('a server whose pods another one selects is created, with a word on it', async () => {
  const workload = { selector: { matchLabels: { app: 'ledger' } }, port: 9000 };
  const server = { apiVersion: API, kind: 'MCPServer', metadata: { name: 'ledger' }, spec: { workload } };
  const on = await validating(() => [
    mcpServerSchema.parse({ ...server, metadata: { name: 'first', namespace: 'x' } }),
  ]);
  const said = await on.kubectl(['create', '--warnings-as-errors', '-f', '-'], server).then(String, String);
  expect(said).toContain('Warning: pods that MCPServer first selects may be selected by this one, too');
});

describe('a pack whose patterns are those of another language', () => {
  const denying = (...names: string[]) => ({
    apiVersion: API,
    kind: 'PolicyPack',
    metadata: { name: 'never' },
    spec: { tools: [{ names, effect: 'Deny' }] },
  });

  it('is created with a word on each, which kubectl shows', async () => {
    const on = await validating();
    const strange = denying('delete_.*', 'mcp__files__delete_*');
    const said = await on.kubectl(['create', '--warnings-as-errors', '-f', '-'], strange).then(String, String);
    expect(said).toMatch(/Warning: spec\.tools\[0\]\.names\[0\]: "delete_\.\*" looks like a regular expression/);
    expect(said).toMatch(/Warning: spec\.tools\[0\]\.names\[1\]: .*write the tool's own name: "delete_\*"/);
  });

  it('is refused where no tool can have such a name', async () => {
    const on = await validating();
    const said = await create(on, denying('^delete_')).then(String, String);
    expect(said).toContain('"^delete_" looks like a regular expression');
    expect(said).toContain('write "delete_*"');
  });
});

describe('a Secret of client tokens', () => {
  const secret = (stringData: Record<string, string>, name = 'ledger-clients') => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, labels: { [CLIENT_TOKENS_LABEL]: 'true' } },
    stringData,
  });

  it('is refused with the client and the fault, and never its value', async () => {
    const on = await validating();
    const said = await create(on, secret({ 'billing-agent': 'sha256: hunter2' })).then(String, String);
    expect(said).toContain('data.billing-agent: sha256 is not a digest; write `sha256: `');
    expect(said).not.toContain('hunter2');
    expect(on.changed).toEqual([]);
  });

  it('is reported when it is created and changed, and not on a dry run', async () => {
    const on = await validating();
    const entry = (token: string) => `sha256: ${sha256(token).slice(7)}`;
    await create(on, secret({ a: entry('one') }), '--dry-run=server');
    expect(on.changed).toEqual([]);
    await create(on, secret({ a: entry('one') }));
    await on.kubectl(['patch', 'secret', 'ledger-clients', '-p', JSON.stringify({ stringData: { a: entry('two') } })]);
    expect(on.changed).toEqual(['ledger-clients', 'ledger-clients']);
  });
});
