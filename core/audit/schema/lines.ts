/** Every event of an audit log, as the schema of its line. */
import * as z from 'zod';
import { callFields, chainFields, endFields, gateFields, questionFields } from './fields.ts';

/** In the order in which the fields are written: RFC 8785 §3.2.3. */
function line<E extends string, S extends z.ZodRawShape>(event: E, meaning: string, fields: S) {
  return inOrder(z.strictObject({ event: z.literal(event), ...chainFields, ...fields })).describe(meaning);
}

/** The same, with the names of all objects in it in that order; names are ASCII, so the order of code units is theirs. */
function inOrder<S extends z.ZodRawShape>(object: z.ZodObject<S, z.core.$strict>): z.ZodObject<S, z.core.$strict> {
  const names = Object.keys(object.shape).sort();
  return z.strictObject(Object.fromEntries(names.map((name) => [name, object.shape[name]])) as unknown as S);
}

const {
  checkpoint,
  clients,
  continues,
  definition,
  ending,
  from,
  gate,
  key,
  lost,
  policy,
  refusals,
  released,
  revocations,
} = gateFields;

export const AUDIT_LINES = {
  open: line('open', 'A gate starts to write.', {
    continues: continues.optional(),
    gate: gate.optional(),
    key: key.optional(),
  }),
  close: line('close', 'A gate stops.', { ending: ending.optional() }),
  continue: line('continue', 'A file goes on from another.', { continues, key: key.optional() }),
  checkpoint: line('checkpoint', 'What was written so far is signed.', { checkpoint }),
  key: line('key', 'Another key signs from here on.', { key }),
  release: line('release', 'A file is let go.', { released }),
  refusals: line('refusals', 'Refusals of callers that nobody knows were counted.', { from, refusals }),
  lost: line('lost', 'What could not be recorded was counted.', { from, lost }),
  policy: line('policy', 'A policy is in force from now on, or was not taken.', { policy }),
  identity: line('identity', 'Whose tokens count is other than it was.', { clients }),
  revocations: line('revocations', 'Tokens are taken back, or are no longer.', { revocations }),
  pin: line('pin', 'What the server says of itself was pinned, has changed, or was accepted.', { definition }),
  approval: line('approval', 'A person was asked, or what was asked is over.', questionFields),
  intent: line('intent', 'A call that has not ended.', callFields),
  decision: line('decision', 'How a call ended.', { ...callFields, ...endFields }),
} as const;

export type AuditEvent = keyof typeof AUDIT_LINES;

/** Any line of schema version 2, and nothing besides: for what was written by this version itself. Readers pass over what they do not know. */
export const auditLineSchema = z.discriminatedUnion('event', [
  AUDIT_LINES.open,
  AUDIT_LINES.close,
  AUDIT_LINES.continue,
  AUDIT_LINES.checkpoint,
  AUDIT_LINES.key,
  AUDIT_LINES.release,
  AUDIT_LINES.refusals,
  AUDIT_LINES.lost,
  AUDIT_LINES.policy,
  AUDIT_LINES.identity,
  AUDIT_LINES.revocations,
  AUDIT_LINES.pin,
  AUDIT_LINES.approval,
  AUDIT_LINES.intent,
  AUDIT_LINES.decision,
]);
