/** What a pack says of what servers list: tools, prompts, resource templates and the server's own instructions. */
import * as z from 'zod';
import { modeSchema } from '../modes.ts';

/** From what costs nothing to the strictest. */
export const PINS = ['Off', 'FirstUse', 'Required'] as const;

/** What becomes of a definition with a finding: it stays and is on record, or it is left out of lists and refused at the call. */
export const DEFINITION_EFFECTS = ['Log', 'Deny'] as const;

/** The same of one that is not what was accepted; with RequireApproval a person is asked, and it is left out and refused meanwhile. */
export const CHANGE_EFFECTS = ['Log', 'RequireApproval', 'Deny'] as const;
export type ChangeEffect = (typeof CHANGE_EFFECTS)[number];

/** More than a server has, several times over after its upgrades. */
const MAX_ACCEPTED = 2000;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

const effect = (standard: (typeof DEFINITION_EFFECTS)[number], what: string) =>
  z.enum(DEFINITION_EFFECTS).default(standard).describe(`${what} Default: ${standard}.`);

export const definitionsSchema = z.strictObject({
  mode: modeSchema('the entry'),
  pin: z
    .enum(PINS)
    .default('Off')
    .describe(
      'Whether what a server lists is compared with what it was: Off; FirstUse (tools, prompts, resource templates and instructions have to stay what they were when they were first shown, or be accepted); or Required (only what has been accepted). The strictest of all packs holds. Default: Off; where it is written, in quotes, since kubectl takes the bare word for false.',
    ),
  accept: z
    .array(
      z
        .string()
        .max(71)
        .regex(
          DIGEST,
          'is not the digest of a definition: "sha256:" and 64 hex digits; `sallyport pins list` prints them',
        ),
    )
    .max(MAX_ACCEPTED)
    .optional()
    .describe(
      'Digests of the definitions that this pack accepts; of several packs with a pin each has to accept it. At most 2000. Default: none.',
    ),
  onChange: z
    .enum(CHANGE_EFFECTS)
    .default('Deny')
    .describe(
      'What becomes of a definition that has changed, or is not an accepted one: Deny (left out of lists, refused at the call), RequireApproval (the same until a person has approved it; on Kubernetes an ApprovalRequest shows what is other) or Log. Default: Deny.',
    ),
  hiddenText: effect(
    'Deny',
    'Text that a model reads and a person does not see: tag characters, controls of direction, terminal escapes, invisible characters.',
  ),
  modelInstructions: effect(
    'Log',
    'Text addressed to the model behind its user: to ignore what it was told, to keep secrets, to pass on what it knows.',
  ),
  otherTools: effect('Log', 'Text about tools that the server does not have.'),
  names: effect('Log', 'Names with letters that look like others, and names that are taken for others of the server.'),
  schemaTricks: effect(
    'Log',
    'Schemas that speak: sentences as names or values, parameters for what the model was told, references elsewhere, very large ones.',
  ),
  annotations: effect('Log', 'Hints that say something else than the name, such as readOnlyHint on delete_file.'),
});

/** The settings of the lints, by the names of the lints themselves (core/inspect/definitions). */
export const DEFINITION_LINTS = [
  'hiddenText',
  'modelInstructions',
  'otherTools',
  'names',
  'schemaTricks',
  'annotations',
] as const;
