import { describe, expect, it } from 'vitest';
import { apiReference } from './reference.ts';

describe('apiReference', () => {
  const page = apiReference();

  it('has a section for each kind', () => {
    expect(page.match(/^## .*$/gm)).toEqual([
      '## MCPServer',
      '## PolicyPack',
      '## ApprovalRequest',
      '## ApprovalGrant',
    ]);
  });

  it.each([
    ['| `spec.mode` | `Enforce` or `Shadow` | `Enforce` |'],
    ['| `spec.tools[].effect` | `Allow` or `Log` or `RequireApproval` or `Deny` | required |'],
    ['| `spec.tools[].arguments.<name>.roots` | list of strings |  |'],
    ['| `spec.access.anonymous` | true or false | `false` |'],
    ['| `spec.subject.call.preview` | mapping | required |'],
    ['| `spec.expiresAt` | time | required |'],
    ['| `spec.workload.targetRef.kind` | string | required |'],
    ['| `spec.run.replicas` | number |  |'],
    ['| `spec.run.env[].valueFrom.secretKeyRef.key` | string | required |'],
    ['| `spec.namespaceSelector.matchLabels` | mapping of strings | required |'],
    ['| `status.policy.summary` | string | required |'],
    ['| `status.votes[].username` | string | required |'],
  ])('has the row %s', (row) => {
    expect(page).toContain(row);
  });

  it('says something about every field', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(80);
    expect(rows.filter((row) => /\|\s*\|$/.test(row))).toEqual([]);
  });

  it('leaves out what only the API server writes', () => {
    expect(page).not.toContain('managedFields');
  });
});
