/** Requests for tests of what is told of them. */
import type { StoredRequest } from '../../custom-resources.ts';

export const CREATED = Date.parse('2026-11-21T10:00:00Z');
export const EXPIRES = Date.parse('2026-11-21T10:16:00Z');

interface Change {
  readonly spec?: object;
  readonly status?: object;
}

/** A payment that waits from 10:00 to 10:16. */
export function requestOf({ spec = {}, status = {} }: Change = {}): StoredRequest {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'ApprovalRequest',
    metadata: {
      name: 'ledger-transfer-x7k2m',
      namespace: 'finance',
      uid: '5b3c3c0e-0000-4000-8000-000000000001',
      resourceVersion: '7',
      creationTimestamp: new Date(CREATED).toISOString(),
    },
    spec: {
      server: 'ledger',
      subject: {
        type: 'Call',
        call: {
          method: 'tools/call',
          tool: 'transfer',
          preview: { amount: 5000, to: 'ACME' },
          digest: `sha256:${'a'.repeat(64)}`,
        },
      },
      principal: { name: 'billing-agent', groups: ['agents'] },
      reason: 'transfers need a second person',
      rule: 'finance/payments#transfer',
      revision: `sha256:${'b'.repeat(64)}`,
      expiresAt: new Date(EXPIRES).toISOString(),
      ...spec,
    },
    status: { state: 'Pending', ...status },
  };
}

/** What an agent writes who would like to be somebody else. */
export const NASTY =
  '<!channel> *ok*\n*Who asks:* ada `x` <https://evil.example|click> [a](https://evil.example) </td><script>1</script>\r\nBcc: all@example.com \u202egnp \u001b[2J @here';
