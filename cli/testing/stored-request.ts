/** An ApprovalRequest as an API server gives it. */
import type { ApprovalRequest, CallSubject } from '../../core/api/approval-request.ts';
import type { Stored } from '../plugin/cluster.ts';

export const DIGEST = `sha256:${'d'.repeat(64)}`;

interface Given {
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly call?: Partial<CallSubject>;
  readonly spec?: Partial<ApprovalRequest['spec']>;
  readonly status?: ApprovalRequest['status'];
}

export function storedRequest(given: Given = {}): Stored {
  const { name = 'ledger-transfer-x7k2m', uid = 'u1', resourceVersion = '7', call, spec, status } = given;
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'ApprovalRequest',
    metadata: { name, namespace: 'finance', uid, resourceVersion },
    spec: {
      server: 'ledger',
      subject: {
        type: 'Call',
        call: { method: 'tools/call', tool: 'transfer', preview: { amount: 5000 }, digest: DIGEST, ...call },
      },
      principal: { name: 'billing-agent', groups: ['agents'] },
      reason: 'transfers need a second person',
      rule: 'finance/payments#transfer',
      revision: `sha256:${'e'.repeat(64)}`,
      expiresAt: '2099-01-01T00:00:00.000Z',
      ...spec,
    },
    ...(status === undefined ? {} : { status }),
  };
}
