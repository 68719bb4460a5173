/** What the handshake revisions have in common. */
import type { JsonObject } from '../message.ts';
import type { Revision } from '../revision.ts';

type LegacyParts = Pick<Revision, 'version' | 'requests' | 'notifications'>;

export function legacyRevision(parts: LegacyParts): Revision {
  return { ...parts, era: 'legacy', unknownMethodStatus: 200, completeResult: asIs, completeFilteredList: asIs };
}

function asIs(result: JsonObject): JsonObject {
  return result;
}
