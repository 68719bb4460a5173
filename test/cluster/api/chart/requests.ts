/** ApprovalRequests of an installed chart, made by the operator, and what people do with them. */
import { eventually } from '../../../support/eventually.ts';
import { type ChartCluster, OPERATOR } from './release.ts';

export const FINANCE = 'finance';

const sha = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** What a test says of a held call. */
export interface AskedSpec {
  readonly principal?: object;
  readonly quorums?: readonly object[];
  readonly veto?: boolean;
  readonly server?: string;
}

function specOf({ principal, ...more }: AskedSpec): object {
  return {
    server: 'ledger',
    subject: {
      type: 'Call',
      call: { method: 'tools/call', tool: 'transfer', preview: { amount: 5000 }, digest: sha('a') },
    },
    principal: { name: 'billing-agent', groups: ['agents'], ...principal },
    reason: 'transfers need a second person',
    rule: 'finance/payments#transfer',
    revision: sha('b'),
    expiresAt: '2099-01-01T00:00:00Z',
    ...more,
  };
}

const KIND = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'ApprovalRequest' };

export class Requests {
  readonly #cluster: ChartCluster;
  #made = 0;

  constructor(cluster: ChartCluster) {
    this.#cluster = cluster;
  }

  /** The name of a new request that waits. */
  async pending(spec: AskedSpec = {}): Promise<string> {
    const name = `ledger-transfer-${(this.#made += 1)}`;
    const request = { ...KIND, metadata: { name, namespace: FINANCE }, spec: specOf(spec) };
    await this.#cluster.as(OPERATOR, [], ['create', '-f', '-'], request);
    return name;
  }

  setStatus(name: string, status: object): Promise<string> {
    const object = { ...KIND, metadata: { name, namespace: FINANCE }, status };
    return this.#cluster.asOperator(object, '--subresource=status');
  }

  vote(
    name: string,
    user: string,
    groups: readonly string[],
    status: object = { decision: 'Approved' },
  ): Promise<string> {
    const what = ['patch', 'approvalrequest', name, '-n', FINANCE, '--subresource=status', '--type=merge'];
    return this.#cluster.as(user, groups, [...what, '-p', JSON.stringify({ status })]);
  }

  async statusOf(name: string): Promise<Record<string, unknown>> {
    const { status } = await this.#cluster.get<{ status: Record<string, unknown> }>(
      'approvalrequest',
      name,
      '-n',
      FINANCE,
    );
    return status;
  }

  bind(name: string, role: string, ...subjects: string[]): Promise<string> {
    return this.#cluster.kubectl('create', 'rolebinding', name, '-n', FINANCE, `--clusterrole=${role}`, ...subjects);
  }

  /** A policy acts a second or so after it was made. `groups`: of somebody who may decide. */
  async act(groups: readonly string[]): Promise<void> {
    const tried = async (): Promise<boolean> => {
      const name = await this.pending();
      await this.vote(name, 'warm', groups);
      const refused = await this.vote(name, 'warm', groups).then(
        () => false,
        (error: Error) => error.message.includes('has decided on this request already'),
      );
      return refused;
    };
    await eventually('both policies act', () => tried().catch(() => false), 30_000);
  }
}
