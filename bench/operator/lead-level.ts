/** How long nobody leads after the replica that did was killed without a word, as when its node fails. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RESOURCES } from '../../operator/kit/kubernetes-resources.ts';
import { LEASE } from '../../operator/names.ts';
import { eventually } from '../../test/support/eventually.ts';
import type { Row } from '../results.ts';
import { round, spread } from '../statistics.ts';
import { BenchCluster, NAMESPACE } from './cluster.ts';
import type { Context, LeadEffort } from './effort.ts';
import { type OperatorProcess, operatorPorts } from './process.ts';

const LIMIT_MS = 60_000;
/** The leader renews every two seconds: each kill comes at another moment between two renewals. */
const RENEWAL_MS = 2_000;

export async function measureLeadLevel({ kills }: LeadEffort, { command, say }: Context): Promise<Row[]> {
  say('etcd and kube-apiserver');
  const cluster = await BenchCluster.start();
  const replicas: OperatorProcess[] = [];
  try {
    const start = await cluster.installReplicas((await operatorPorts()).webhook);
    const holder = async (): Promise<string> => {
      const lease = await cluster.client.find(RESOURCES.Lease, { namespace: NAMESPACE, name: LEASE });
      return lease?.spec?.holderIdentity ?? '';
    };
    const add = async (): Promise<void> => {
      const replica = start(`replica-${replicas.length}`, await operatorPorts());
      replicas.push(replica);
      await replica.ready();
    };
    // The first that is ready leads, and each time the one that waits follows.
    await add();
    await eventually('one leads', async () => (await holder()) !== '', LIMIT_MS);
    const took: number[] = [];
    for (let i = 0; i < kills; i += 1) {
      await add();
      await sleep((RENEWAL_MS / kills) * i + RENEWAL_MS);
      say(`the leader is killed: ${i + 1} of ${kills}`);
      const before = await holder();
      const began = performance.now();
      await replicas[i]?.kill();
      await eventually('another leads', async () => (await holder()) !== before, LIMIT_MS);
      took.push((performance.now() - began) / 1000);
    }
    const { median, min, max } = spread(took);
    const aim = { max: 15 };
    return [
      {
        result: { name: 'operator/lead/after-a-kill', value: round(max, 1), unit: 's', aim, command },
        note: `the slowest of ${kills}: ${round(min, 1)} to ${round(max, 1)}, median ${round(median, 1)}`,
      },
    ];
  } finally {
    await Promise.all(replicas.map((replica) => replica.kill()));
    await cluster.stop();
  }
}
