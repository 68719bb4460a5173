/**
 * Is there room for the call? In two steps: as soon as it is known whose it is, and before anything of its body is held, and again when
 * it is read, so that who is told to come back hears it under the id of the call.
 */
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { Call, EnteringCall, JudgingMessage } from '../../call/call.ts';
import { ownerOf } from '../../memory/by-owner.ts';
import { MAX_OPEN_CALLS } from '../../memory/open-calls.ts';
import { Room } from '../../memory/room.ts';
import type { PathParts } from '../parts.ts';

type Parts = Pick<PathParts, 'openCalls' | 'bytes'>;

export function takeRoom({ entry, request }: EnteringCall, gate: Parts): Refusal | undefined {
  if (entry.proof === undefined) return undefined;
  const owner = ownerOf(entry.proof.principal);
  const isStream = request.httpMethod === 'GET';
  if (!isStream && !gate.openCalls.enter(owner)) return tooMany();
  entry.room = new Room(gate.openCalls, gate.bytes.lease(owner), !isStream);
  return undefined;
}

/** What answers and takes back must get through: it is what makes room. Streams have bounds of their own. */
export function serveOne({ reading, judgement, room }: JudgingMessage): Refusal | undefined {
  if (reading.head.kind !== 'request') return undefined;
  if (judgement.rule?.door === 'listen') room?.becomesStream();
  else if (room?.serve() === false) return tooMany();
  return undefined;
}

function tooMany(): Refusal {
  return refuse(
    'too-many-calls',
    `at most ${MAX_OPEN_CALLS} of all clients are in flight, and one client has at most as many as are left for the others; ` +
      'wait for some of yours to be answered, then call again',
  );
}

/** Each that waits has begun to be sent, so the system holds the first of it. */
const MAX_WAITING = 256;

/** Reserves what a body of `bytes` will take, at once where there is room; otherwise `then` is called later, or with a refusal. */
export function reserve(
  { room }: Call,
  gate: Pick<PathParts, 'bytes'>,
  bytes: number,
  then: (refusal: Refusal | undefined) => void,
): void {
  const lease = room?.bytes;
  if (lease === undefined || lease.fits(bytes)) then(undefined);
  else if (gate.bytes.waiting >= MAX_WAITING) then(noRoom(bytes));
  else lease.wait(bytes, lease.waits.bodyMs, (hasRoom) => then(hasRoom ? undefined : noRoom(bytes)));
}

function noRoom(bytes: number): Refusal {
  return refuse(
    'no-room',
    `there is no room for its ${bytes} bytes beside what is held for others and for your other calls; ` +
      'nothing was executed: call again in a few seconds, with less at a time',
  );
}
