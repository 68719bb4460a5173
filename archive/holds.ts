/** /v1/holds: legal holds are listed, made and lifted by readers who may. */
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import { readBody } from './body.ts';
import { addHold, type Hold, liftHold, listHolds } from './store/holds.ts';
import type { ArchiveStore } from './store/store.ts';

const MAX_BODY_BYTES = 16 * 1024;
/** The last moment that a date of JavaScript can name. */
const FOR_EVER = 8_640_000_000_000_000;

export interface HoldParts {
  readonly store: ArchiveStore;
  readonly clock: Clock;
  readonly log: Logger;
}

const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const holdSchema = z
  .strictObject({
    /** `namespace/name`, or `*`. */
    server: z.string().regex(/^(?:\*|[a-z0-9.-]{1,253}\/[a-z0-9.-]{1,253})$/),
    // A record may be of a clock that was never set.
    since: moment.default(-FOR_EVER),
    until: moment.default(FOR_EVER),
    // A database has no place for NUL or half a character.
    reason: z
      .string()
      .min(1)
      .max(1000)
      .regex(/^[^\0\p{Cs}]*$/u, 'has characters that are none'),
  })
  // It would be confirmed, and hold nothing.
  .refine(({ since, until }) => since < until, { path: ['until'], message: 'is not after since' });

interface Answer {
  readonly status: number;
  readonly body: object;
}

export async function answerHolds(
  request: IncomingMessage,
  path: string,
  reader: string,
  { store, clock, log }: HoldParts,
): Promise<Answer> {
  const { database } = store;
  const id = /^\/v1\/holds\/([1-9][0-9]{0,14})$/.exec(path)?.[1];
  if (id !== undefined && request.method === 'DELETE') {
    if (!(await liftHold(database, Number(id)))) return { status: 404, body: { error: `there is no hold ${id}` } };
    log.warn({ reader, hold: Number(id) }, 'a legal hold was lifted');
    return { status: 200, body: {} };
  }
  if (id !== undefined || path !== '/v1/holds')
    return { status: 404, body: { error: `there is no ${request.method} ${path}` } };
  if (request.method === 'GET') return { status: 200, body: { holds: (await listHolds(database)).map(viewOf) } };
  if (request.method !== 'POST') return { status: 405, body: { error: 'holds are got, posted and deleted' } };
  const body = await readBody(request, MAX_BODY_BYTES);
  if ('tooLarge' in body) return { status: 413, body: { error: `a hold has at most ${MAX_BODY_BYTES} bytes` } };
  const asked = holdSchema.safeParse(jsonOf(body.bytes));
  if (!asked.success) return { status: 400, body: { error: z.prettifyError(asked.error) } };
  const hold = await addHold(database, { ...asked.data, madeBy: reader, madeAt: clock.now() });
  log.warn({ reader, hold: viewOf(hold) }, 'a legal hold was made');
  return { status: 201, body: viewOf(hold) };
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function viewOf({ id, server, since, until, reason, madeBy, madeAt }: Hold): object {
  return {
    id,
    server,
    ...(since === -FOR_EVER ? {} : { since: new Date(since).toISOString() }),
    ...(until === FOR_EVER ? {} : { until: new Date(until).toISOString() }),
    reason,
    madeBy,
    madeAt: new Date(madeAt).toISOString(),
  };
}
