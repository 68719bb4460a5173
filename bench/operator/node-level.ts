/** What a node of its own is needed for: a kubelet that brings policy to pods, and pods. */
import type { Row } from '../results.ts';
import { measureDelivery } from './delivery.ts';
import type { Context, NodeEffort } from './effort.ts';
import { GuardedNode } from './guarded.ts';
import { measureMemory, measureStarts } from './sidecar.ts';

export async function measureNodeLevel(effort: NodeEffort, context: Context): Promise<Row[]> {
  context.say('a node with the charts and the example');
  const guarded = await GuardedNode.start();
  try {
    const starts = await measureStarts(guarded, effort.starts, context);
    const memory = await measureMemory(guarded, effort.requests, context);
    return [...(await measureDelivery(guarded, effort.changes, context)), ...starts, ...memory];
  } finally {
    await guarded.stop();
  }
}
