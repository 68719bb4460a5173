/**
 * What the operator knows of servers and of requests that wait, for dashboards and alerts. Every replica has the same caches and so says
 * the same: take the maximum over them. Series come and go with the objects, so there are never more than the cluster has of these.
 */
import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../core/clock.ts';
import { stateOf } from './approvals/request.ts';
import type { Caches } from './caches.ts';
import type { RawObject } from './kit/resource.ts';
import type { ServerStatus } from './mcpserver/status.ts';

/** What of a status is read; an older operator, or nobody yet, may have written it. */
type Written = { readonly [K in keyof ServerStatus]?: ServerStatus[K] };

export function registerClusterMetrics(
  registry: Registry,
  caches: Pick<Caches, 'servers' | 'approvals'>,
  clock: Clock,
): void {
  const register = (name: string, help: string, labelNames: string[], collect: (gauge: Gauge) => void): void => {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        gauge.reset();
        collect(gauge);
      },
    });
  };
  register(
    'sallyport_server_condition',
    'Conditions of MCPServers by their status (True, False, Unknown); the value is always 1.',
    ['server', 'type', 'status'],
    (gauge) => {
      for (const object of caches.servers.list()) {
        for (const { type, status } of statusOf(object).conditions ?? []) {
          gauge.set({ server: nameOf(object), type, status }, 1);
        }
      }
    },
  );
  register(
    'sallyport_server_pods',
    'Pods of MCPServers: all that are selected, those with a gate, those that are ready, those that enforce the newest policy.',
    ['server', 'state'],
    (gauge) => {
      for (const object of caches.servers.list()) {
        const { pods, policy } = statusOf(object);
        const counts = { ...pods, enforcing: policy?.enforced };
        for (const [state, count] of Object.entries(counts)) {
          if (count !== undefined) gauge.set({ server: nameOf(object), state }, count);
        }
      }
    },
  );
  register(
    'sallyport_approval_requests_pending',
    'ApprovalRequests that nobody has decided yet, by namespace.',
    ['namespace'],
    (gauge) => {
      for (const [namespace, { count }] of pendingIn(caches)) gauge.set({ namespace }, count);
    },
  );
  register(
    'sallyport_approval_oldest_pending_seconds',
    'Age of the oldest ApprovalRequest that nobody has decided yet, by namespace.',
    ['namespace'],
    (gauge) => {
      for (const [namespace, { since }] of pendingIn(caches)) {
        gauge.set({ namespace }, Math.max(0, (clock.now() - since) / 1000));
      }
    },
  );
}

function pendingIn({ approvals }: Pick<Caches, 'approvals'>): Map<string, { count: number; since: number }> {
  const pending = new Map<string, { count: number; since: number }>();
  for (const request of approvals.list()) {
    if (stateOf(request) !== 'Pending') continue;
    const since = Date.parse(request.metadata.creationTimestamp ?? '');
    const one = pending.get(request.metadata.namespace ?? '') ?? { count: 0, since: Number.POSITIVE_INFINITY };
    pending.set(request.metadata.namespace ?? '', { count: one.count + 1, since: Math.min(one.since, since) });
  }
  return pending;
}

function nameOf({ metadata }: RawObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function statusOf({ status }: RawObject): Written {
  return status ?? {};
}
