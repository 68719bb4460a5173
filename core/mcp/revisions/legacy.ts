/** What the handshake revisions have in common. */
import type { JsonObject } from '../message.ts';
import { NO_OFFERS, NO_REFERENCES, type Revision } from '../revision.ts';

type Listed = 'version' | 'requests' | 'notifications' | 'serverRequests' | 'serverNotifications';
type LegacyParts = Pick<Revision, Listed> &
  Partial<Pick<Revision, 'batches' | 'readReferences' | 'readOffers' | 'tasks'>>;

const NO_MEMBERS = Object.freeze({});
const NO_NAMES: ReadonlyMap<string, string> = new Map();

export function legacyRevision(parts: LegacyParts): Revision {
  return {
    batches: false,
    tasks: undefined,
    readReferences: () => NO_REFERENCES,
    readOffers: () => NO_OFFERS,
    ...parts,
    era: 'legacy',
    mirroredNames: NO_NAMES,
    completeResult: asIs,
    callAgain: () => undefined,
    membersOfList: () => NO_MEMBERS,
  };
}

function asIs(result: JsonObject): JsonObject {
  return result;
}
