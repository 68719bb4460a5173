/** A held call as a sidecar sends it. The API server checks it once more when it becomes an ApprovalRequest. */
import * as z from 'zod';
import { MAX_CAME, type Shown, shownSchema } from '../../core/api/approval-shown.ts';
import { digestSchema } from '../../core/api/common.ts';
import { shownAnywhereWithin } from '../../core/shown/anywhere.ts';
import type { Submission } from '../approvals/policy-terms.ts';

/** Sent as one text, and cut, by gates of the first release; the rest of what they send about a rule is not read. */
const OLD_SEPARATOR = ', ';
const OLD_CUT = '…';
const MAX_RULES = 256;

export const submissionSchema = z
  .object({
    method: z.string().min(1).max(128),
    target: z.object({ kind: z.enum(['tool', 'resource', 'prompt']), name: z.string().min(1).max(2048) }),
    preview: z.record(z.string(), z.unknown()),
    digest: digestSchema,
    /** Gates of versions before this one send neither. */
    pin: digestSchema.optional(),
    shown: z.unknown().optional(),
    came: z.string().max(MAX_CAME).optional(),
    principal: z.object({
      name: z.string().min(1).max(253),
      groups: z.array(z.string().max(253)).max(256),
      issuer: z.string().min(1).max(2048).exactOptional(),
      /** Gates of versions before this one do not send them. */
      scopes: z.array(z.string().max(253)).max(256).optional(),
    }),
    rules: z.array(z.string().min(1).max(1024)).max(MAX_RULES).optional(),
    rule: z.string().min(1).max(256).optional(),
    revision: digestSchema,
  })
  .transform(
    ({
      target,
      method,
      preview,
      digest,
      pin,
      shown: said,
      came,
      principal,
      revision,
      rules,
      rule = '',
    }): Submission => {
      const shown = readShown(said);
      const call = {
        ...{ method, [target.kind]: target.name, preview, digest },
        ...(pin === undefined ? {} : { pin }),
        ...(shown === undefined ? {} : { shown }),
      };
      const { scopes, ...shownPrincipal } = principal;
      const known = scopes === undefined ? {} : { scopes };
      // Once more: it is a gate's word for what a server calls its tools.
      const before = came === undefined ? {} : { came: shownAnywhereWithin(came, MAX_CAME) };
      return { call, principal: shownPrincipal, ...known, ...before, revision, rules: rules ?? rulesIn(rule) };
    },
  );

/**
 * What it does not know of a later gate is left out, and what was before the operator knows better. Without what cannot be read a person
 * still has the arguments.
 */
function readShown(said: unknown): Shown | undefined {
  const { success, data } = shownSchema.strip().omit({ before: true }).safeParse(said);
  return success ? data : undefined;
}

/** Without the last where it is cut: rules that are not named count all the same. */
function rulesIn(text: string): string[] {
  return text.split(OLD_SEPARATOR).filter((id) => id !== '' && !id.endsWith(OLD_CUT));
}

export const useSchema = z.object({ digest: digestSchema, revision: digestSchema, pin: digestSchema.optional() });
