/** `sallyport wrap` around the fixture server, as a client that starts its servers itself has it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { stringify } from 'yaml';
import { type AuditLine, decisionsIn } from './audit-file.ts';
import { CLI, Workspace } from './cli.ts';
import { eventually } from './eventually.ts';
import type { PackSpec } from './policy.ts';

type Finding = NonNullable<AuditLine['decision']['findings']>[number];

export interface Wrapped {
  readonly client: Client;
  /** The first that is on record, once one is. */
  readonly firstFinding: () => Promise<Finding>;
  close(): Promise<void>;
}

export interface WrapOptions {
  /** The program that is wrapped; default: the fixture server. */
  readonly server?: string;
  /** Of the gate. */
  readonly env?: Readonly<Record<string, string>>;
}

/** With one pack, `default/rules`. */
export async function startWrapped(spec: PackSpec, { server, env }: WrapOptions = {}): Promise<Wrapped> {
  const home = new Workspace();
  mkdirSync(home.path('policy'));
  const metadata = { name: 'rules', namespace: 'default' };
  home.write(
    'policy/rules.yaml',
    stringify({ apiVersion: 'sallyport.dev/v1alpha1', kind: 'PolicyPack', metadata, spec }),
  );
  const audit = home.path('audit.jsonl');
  const program = server ?? join(import.meta.dirname, 'stdio-fixture-server.ts');
  const args = [CLI, 'wrap', '-f', home.path('policy'), '--audit', audit, '--', process.execPath, program];
  const client = new Client({ name: 'e2e', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args, env: { ...home.env, ...env }, stderr: 'ignore' }),
  );
  return {
    client,
    firstFinding: () =>
      eventually(
        'the refusal on record',
        () => decisionsIn(audit).flatMap(({ decision }) => decision.findings ?? [])[0],
      ),
    async close() {
      await client.close();
      home.close();
    },
  };
}
