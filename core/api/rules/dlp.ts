/** What a pack looks for in what is said: secrets, data about people, patterns and words, in the arguments of calls and in results. */
import * as z from 'zod';
import { DETECTABLE } from '../../inspect/content/detectors.ts';
import { WITH_HOSTS } from '../../inspect/content/model-text.ts';
import { whyNoPattern } from '../../inspect/content/patterns.ts';
import { lineSchema, nameSchema } from '../common.ts';
import { cel } from '../kubernetes.ts';
import { modeSchema } from '../modes.ts';
import { CONTENT_PLACES, DLP_EFFECTS } from './content-places.ts';
import { whenSchema } from './when.ts';
import { hostSchema } from './hosts.ts';

const HELD_RESULTS = 'cannot hold results, which are there already; write `in: [arguments]`, or another effect';
const HOSTS_OF_NOTHING = 'are about imagesWithData and linksWithData; add one of them to detect, or remove them';
const NOTHING_SOUGHT = 'looks for nothing; write for example `detect: [secrets]`, or remove the entry';

const patternSchema = z.strictObject({
  name: nameSchema('codename').describe('What is found by it, in placeholders and records. Required.'),
  pattern: z
    .string()
    .min(1)
    .max(512)
    .superRefine((pattern, ctx) => {
      const problem = pattern === '' ? undefined : whyNoPattern(pattern);
      if (problem !== undefined) ctx.addIssue({ code: 'custom', message: problem });
    })
    .describe('RE2 pattern that is looked for anywhere in a text. Required, at most 512 characters.'),
});

const wordsSchema = z.strictObject({
  name: nameSchema('projects').describe('What is found by it, in placeholders and records. Required.'),
  words: z
    .array(lineSchema(128, 'Blue Harvest'))
    .min(1)
    .max(256)
    .describe('Words and phrases, whole and in any case. Required, 1 to 256 entries of at most 128 characters.'),
});

const dlpEntrySchema = z
  .strictObject({
    name: nameSchema('no-secrets')
      .optional()
      .describe(
        'Name of the entry in decisions and audit records. At most 63 characters. Default: its place, such as dlp[2].',
      ),
    detect: z
      .array(z.enum(DETECTABLE))
      .max(DETECTABLE.length)
      .optional()
      .describe(
        'What is looked for: secrets (keys and tokens known by their shape), genericSecrets (values that a name and their looks make secrets; for Log and Redact rather than Deny), creditCard, iban, email, phone, nationalId; hiddenText (characters that nobody sees), terminalEscapes, imagesWithData and linksWithData (whose addresses carry data to a host), modelInstructions (text addressed to a model; a lint). Default: nothing.',
      ),
    hosts: z
      .array(hostSchema)
      .min(1)
      .max(64)
      .optional()
      .describe(
        'Hosts that images and links may carry data to, such as *.example.com; for imagesWithData and linksWithData. 1 to 64 entries. Default: none.',
      ),
    patterns: z
      .array(patternSchema)
      .max(64)
      .optional()
      .describe('Patterns that are looked for. At most 64. Default: none.'),
    words: z
      .array(wordsSchema)
      .max(16)
      .optional()
      .describe('Lists of words that are looked for. At most 16. Default: none.'),
    in: z
      .array(z.enum(CONTENT_PLACES))
      .min(1)
      .max(CONTENT_PLACES.length)
      .default([...CONTENT_PLACES])
      .describe(
        'Where: arguments (what clients send), results (all that servers say: results, errors, progress, log messages, requests). Default: both.',
      ),
    tools: z
      .array(lineSchema(256, 'get_*'))
      .min(1)
      .max(256)
      .optional()
      .describe(
        'Tools whose calls the entry is about; * stands for any characters. 1 to 256 entries of at most 256 characters. Default: all that is said, also about resources and prompts.',
      ),
    effect: z
      .enum(DLP_EFFECTS)
      .describe(
        'What becomes of what holds something like that: Log (passes, on record), Redact (a placeholder takes its place), RequireApproval (held until a person decides; arguments only) or Deny. The strictest effect of all rules wins. Required.',
      ),
    mode: modeSchema('the entry'),
    when: whenSchema(
      'request',
      'calls, and answers to those who made them,',
      'Where it cannot be evaluated, it applies.',
    ).optional(),
    reason: lineSchema(300, 'card numbers stay in the vault')
      .optional()
      .describe('Sentence shown to the model. At most 300 characters. Default: a sentence that names the rule.'),
  })
  .superRefine((entry, ctx) => {
    if (entry.effect === 'RequireApproval' && entry.in.includes('results'))
      ctx.addIssue({ code: 'custom', path: ['effect'], message: HELD_RESULTS });
    if (entry.hosts !== undefined && entry.detect?.some((one) => WITH_HOSTS.has(one)) !== true)
      ctx.addIssue({ code: 'custom', path: ['hosts'], message: HOSTS_OF_NOTHING });
    if ([entry.detect, entry.patterns, entry.words].every((list) => (list ?? []).length === 0))
      ctx.addIssue({ code: 'custom', path: [], message: NOTHING_SOUGHT });
  })
  .meta(
    // `in` is a word of CEL, which API servers spell so where it is the name of a field.
    cel(
      {
        rule: "self.effect != 'RequireApproval' || (has(self.__in__) && !('results' in self.__in__))",
        message: `effect ${HELD_RESULTS}`,
      },
      {
        rule: "!has(self.hosts) || (has(self.detect) && self.detect.exists(one, one in ['imagesWithData', 'linksWithData']))",
        message: `hosts ${HOSTS_OF_NOTHING}`,
      },
      {
        rule: '(has(self.detect) && size(self.detect) > 0) || (has(self.patterns) && size(self.patterns) > 0) || (has(self.words) && size(self.words) > 0)',
        message: NOTHING_SOUGHT,
      },
    ),
  );

export const dlpSchema = z.array(dlpEntrySchema).max(64);
