import { describe, expect, it } from 'vitest';
import { checkObject } from './check-object.ts';
import { targetKindOf } from './target-ref.ts';

const apps = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'ledger' };
const others = { apiVersion: 'kagent.dev/v1alpha1', kind: 'MCPServer', name: 'ledger' };
const selector = { matchLabels: { app: 'ledger' } };

/** `field: message` of each fault. */
function faults(workload: object): string[] {
  const metadata = { name: 'ledger', namespace: 'finance' };
  const checked = checkObject('MCPServer', {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata,
    spec: { workload },
  });
  return 'value' in checked ? [] : checked.faults.map(({ field, message }) => `${field}: ${message}`);
}

describe('workload.targetRef', () => {
  it.each([
    ['a Deployment, with the port', { targetRef: apps, port: 8080 }],
    ['a kind that says its port', { targetRef: others }],
    ['the same with another port', { targetRef: others, port: 'mcp' }],
    ['labels, as ever', { selector, port: 8080 }],
  ])('takes %s', (_, workload) => expect(faults(workload)).toEqual([]));

  it.each<[what: string, workload: object, fault: string]>([
    ['both', { selector, targetRef: apps, port: 1 }, 'spec.workload: needs exactly one of selector and targetRef'],
    ['neither', { port: 1 }, 'spec.workload: needs exactly one of selector and targetRef'],
    ['a Deployment without a port', { targetRef: apps }, 'spec.workload.port: is missing; add `port`'],
    ['labels without a port', { selector }, 'spec.workload.port: is missing; add `port`'],
    [
      'a kind that is not known',
      { targetRef: { ...apps, kind: 'DaemonSet' }, port: 1 },
      'spec.workload.targetRef.kind: "DaemonSet" is not a kind whose pods can be found; name one of apps/v1 Deployment',
    ],
    ['a name that is none', { targetRef: { ...apps, name: 'The Ledger' }, port: 1 }, 'spec.workload.targetRef.name: '],
  ])('refuses %s, and says what to write', (_, workload, fault) => {
    expect(faults(workload).join('\n')).toContain(fault);
  });

  it('knows a kind by its group, its version and its name', () => {
    expect(targetKindOf(others)?.group).toBe('kagent.dev');
    expect(targetKindOf({ ...others, apiVersion: 'kagent.dev/v9' })).toBeUndefined();
    expect(targetKindOf({ apiVersion: 'apps/v1', kind: 'MCPServer' })).toBeUndefined();
  });
});
