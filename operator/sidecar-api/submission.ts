/** A held call as a sidecar sends it. The API server checks it once more when it becomes an ApprovalRequest. */
import * as z from 'zod';
import { digestSchema } from '../../core/api/common.ts';
import type { Submission } from '../approvals/service.ts';

const MAX_EXPIRES_MS = 24 * 3_600_000;

export const submissionSchema = z
  .object({
    method: z.string().min(1).max(128),
    target: z.object({ kind: z.enum(['tool', 'resource', 'prompt']), name: z.string().min(1).max(2048) }),
    preview: z.record(z.string(), z.unknown()),
    digest: digestSchema,
    principal: z.object({ name: z.string().min(1).max(253), groups: z.array(z.string().max(253)).max(256) }),
    reason: z.string().min(1).max(1024),
    rule: z.string().min(1).max(256),
    revision: digestSchema,
    expiresMs: z.int().min(1).max(MAX_EXPIRES_MS),
  })
  .transform(({ target, ...call }): Submission => ({ ...call, [target.kind]: target.name }));

export const useSchema = z.object({ digest: digestSchema, revision: digestSchema });
