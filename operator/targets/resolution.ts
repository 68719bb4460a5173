/** What was found behind a `targetRef`, and the server with it filled in: pure. */
import type { TargetRef } from '../../core/api/target-ref.ts';
import type { LostTarget } from '../injection/lost-target.ts';
import type { RawObject } from '../kit/resource.ts';
import type { Labels } from '../labels.ts';

export interface Found {
  readonly kind: 'found';
  readonly selector: Labels;
  /** Undefined: the target does not say. */
  readonly port: number | undefined;
  readonly path: string | undefined;
}

export type Resolution =
  | Found
  /** `message`: a sentence with the mend. */
  | { readonly kind: 'lost'; readonly reason: LostReason; readonly message: string };

export type LostReason =
  | 'TargetNotFound'
  | 'TargetKindMissing'
  | 'TargetForbidden'
  | 'TargetNotUsable'
  | 'TargetPending';

/** The path that a schema writes where nobody says one: then that of the target goes before. */
const DEFAULT_PATH = '/mcp';

interface Workload {
  readonly targetRef?: TargetRef;
  readonly port?: number | string;
  readonly path?: string;
}

/** Undefined: the server names its pods in another way. */
export function targetOf({ spec }: Pick<RawObject, 'spec'>): TargetRef | undefined {
  return (spec?.['workload'] as Workload | undefined)?.targetRef;
}

const lost = new WeakMap<RawObject, Extract<Resolution, { kind: 'lost' }>>();

/** Why a server that was filled in has no pods; undefined: its target was found, or it has none. */
export function lostTargetOf(server: RawObject): Extract<Resolution, { kind: 'lost' }> | undefined {
  return lost.get(server);
}

/** Those of these servers whose targets are not found. */
export function lostTargetsOf(servers: Iterable<RawObject>): LostTarget[] {
  return [...servers].flatMap((server) => {
    const [target, resolution] = [targetOf(server), lostTargetOf(server)];
    if (target === undefined || resolution === undefined) return [];
    return [{ server: server.metadata.name, target, why: resolution.message }];
  });
}

/**
 * A copy as if its author had written the selector. Where the target is lost, one with the selector that it had `before`, since its pods
 * may be there still, or one that selects nothing.
 */
export function fillIn(server: RawObject, resolution: Resolution, before?: Found): RawObject {
  if (resolution.kind === 'lost') {
    const copy = before === undefined ? { ...server } : fillIn(server, before);
    lost.set(copy, resolution);
    return copy;
  }
  const { targetRef: _, path = DEFAULT_PATH, ...workload } = (server.spec?.['workload'] ?? {}) as Workload;
  const filled = {
    ...workload,
    selector: { matchLabels: resolution.selector },
    port: workload.port ?? resolution.port,
    path: path === DEFAULT_PATH ? (resolution.path ?? path) : path,
  };
  return { ...server, spec: { ...server.spec, workload: filled } };
}
