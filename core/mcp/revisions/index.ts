/** All revisions the gate speaks, newest last. */
import { fold } from '../fold.ts';
import type { Revision } from '../revision.ts';
import { REVISION_2024_11_05 } from './2024-11-05/revision.ts';
import { REVISION_2025_03_26 } from './2025-03-26/revision.ts';
import { REVISION_2025_06_18 } from './2025-06-18/revision.ts';
import { REVISION_2025_11_25 } from './2025-11-25/revision.ts';
import { REVISION_2026_07_28 } from './2026-07-28/revision.ts';

const REVISIONS: readonly Revision[] = [
  REVISION_2024_11_05,
  REVISION_2025_03_26,
  REVISION_2025_06_18,
  REVISION_2025_11_25,
  REVISION_2026_07_28,
];

const BY_VERSION = new Map(REVISIONS.map((revision) => [revision.version, revision]));

export const LEGACY_VERSIONS = versionsOf('legacy');
export const MODERN_VERSIONS = versionsOf('modern');

/** What a client speaks that names no version after `initialize` (MCP 2025-06-18, Protocol Version Header). */
export const ASSUMED_LEGACY = REVISION_2025_03_26;
/** What `initialize` is read as: the handshake is the same in all legacy revisions, the newest knows most. */
export const NEWEST_LEGACY = REVISION_2025_11_25;
export const NEWEST_MODERN = REVISION_2026_07_28;
/** The one with a transport of its own, HTTP+SSE; clients of later ones still speak it to old servers. */
export const OLDEST_LEGACY = REVISION_2024_11_05;

export function findRevision(version: string): Revision | undefined {
  return BY_VERSION.get(version);
}

const METHODS = new Set(
  REVISIONS.flatMap((revision) => [
    ...revision.requests.keys(),
    ...revision.notifications,
    ...revision.serverRequests.keys(),
    ...revision.serverNotifications,
  ]).map(fold),
);

/** Whether some revision has this method: then no rule can make it one of another revision, where nothing in it would be decided on. */
export function isMethodOfMcp(method: string): boolean {
  return METHODS.has(fold(method));
}

function versionsOf(era: Revision['era']): readonly string[] {
  return REVISIONS.filter((revision) => revision.era === era).map((revision) => revision.version);
}

/** The revision a server named in its answer to `initialize`; one that is not known here is read like the newest. */
export function negotiatedRevision(version: unknown): Revision {
  const revision = typeof version === 'string' ? findRevision(version) : undefined;
  return revision?.era === 'legacy' ? revision : NEWEST_LEGACY;
}
