import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDocuments } from '../../core/api/load.ts';
import { API_VERSION } from '../../core/api/common.ts';
import type { Target } from '../../core/mcp/catalogue.ts';
import { type ClientRequestKind, CLIENT_REQUEST_KINDS } from '../../core/mcp/client-request.ts';
import { compile } from '../../core/policy/compile.ts';
import { decide } from '../../core/policy/decide.ts';
import { decideClientRequest } from '../../core/policy/decide-client-request.ts';
import { Policy } from '../../core/policy/policy.ts';
import type { Verdict } from '../../core/policy/verdict.ts';

const folder = import.meta.dirname;

/** Of what servers ask, the name is the URL, where there is one. */
type Kind = Target['kind'] | ClientRequestKind;
type Case = [group: string, kind: Kind, name: string, args: Target['args'], effect: string];

/** What the comment at the top of each file promises. */
const cases: Record<string, Case[]> = {
  'read-only-filesystem.yaml': [
    ['agents', 'tool', 'read_text_file', { path: '/data/a.txt' }, 'Allow'],
    ['agents', 'tool', 'read_text_file', { path: '/data/../etc/passwd' }, 'Deny'],
    ['agents', 'tool', 'read_multiple_files', { paths: ['/data/a', '/etc/passwd'] }, 'Deny'],
    ['agents', 'tool', 'list_allowed_directories', {}, 'Allow'],
    ['agents', 'tool', 'write_file', { path: '/data/a.txt' }, 'Deny'],
  ],
  'approvals-for-writes.yaml': [
    ['agents', 'tool', 'list_issues', {}, 'Allow'],
    ['agents', 'tool', 'create_issue', {}, 'RequireApproval'],
    ['agents', 'tool', 'update_and_delete', {}, 'Deny'],
    ['agents', 'tool', 'something_else', {}, 'Deny'],
  ],
  'tools-per-group.yaml': [
    ['agents', 'tool', 'get_invoice', {}, 'Allow'],
    ['agents', 'tool', 'create_payment', {}, 'Deny'],
    ['finance', 'tool', 'create_payment', {}, 'RequireApproval'],
    ['operators', 'tool', 'create_payment', {}, 'Log'],
    ['nobody', 'tool', 'get_invoice', {}, 'Deny'],
  ],
  'shadow-rollout.yaml': [
    ['agents', 'tool', 'export_ledger', {}, 'Allow, would RequireApproval'],
    ['agents', 'tool', 'run_sql', {}, 'Allow, would Deny'],
    ['agents', 'tool', 'get_report', {}, 'Allow'],
  ],
  'guardrails.yaml': [
    ['agents', 'tool', 'bash', {}, 'Deny'],
    ['agents', 'tool', 'send_mail', {}, 'RequireApproval'],
    ['agents', 'tool', 'anything', {}, 'Deny'],
    ['agents', 'resource', 'file:///home/ada/.ssh/id_ed25519', undefined, 'Deny'],
  ],
  'client-requests.yaml': [
    ['agents', 'sampling', '', undefined, 'Deny'],
    ['agents', 'elicitation', '', undefined, 'Log'],
    ['agents', 'urlElicitation', 'https://example.com/sign-in', undefined, 'Allow'],
    ['agents', 'urlElicitation', 'https://login.example.com/', undefined, 'Allow'],
    ['agents', 'urlElicitation', 'https://example.com.evil.com/', undefined, 'Deny'],
    ['agents', 'urlElicitation', 'http://example.com/', undefined, 'Deny'],
    ['agents', 'roots', '', undefined, 'Log'],
    ['agents', 'method', 'com.example.search/query', undefined, 'Allow'],
    ['agents', 'method', 'com.example.other', undefined, 'Deny'],
  ],
};

describe.for(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('%s', (file) => {
  test('is decided on as it says', () => {
    const rows = cases[file] ?? [];
    expect(rows).not.toEqual([]);
    expect(rows.map(([group, kind, name, args]) => [group, name, effectOf(file, group, kind, name, args)])).toEqual(
      rows.map(([group, , name, , effect]) => [group, name, effect]),
    );
  });
});

function effectOf(file: string, group: string, kind: Kind, name: string, args: Target['args']): string {
  const { documents, problems } = loadDocuments(readFileSync(join(folder, file), 'utf8'), file);
  expect(problems).toEqual([]);
  const packs = documents.filter((document) => document.kind === 'PolicyPack').map(({ value }) => value);
  const { bundle, revision } = compile(
    {
      apiVersion: API_VERSION,
      kind: 'MCPServer',
      metadata: { name: 'any', namespace: 'default' },
      spec: { remote: { url: 'http://127.0.0.1/mcp' } },
    },
    packs,
  );
  const principal = { kind: 'token', name: 'somebody', groups: [group] } as const;
  const policy = new Policy(bundle, revision);
  const { effect, would }: Verdict = isAsked(kind)
    ? decideClientRequest(policy, { kind, url: name === '' ? undefined : name })
    : decide(policy, { principal, targets: [{ kind, name, args }], inspection: undefined });
  return would === undefined ? effect : `${effect}, would ${would.effect}`;
}

function isAsked(kind: Kind): kind is ClientRequestKind {
  return (CLIENT_REQUEST_KINDS as readonly Kind[]).includes(kind);
}
