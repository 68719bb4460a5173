/** The configuration of the hooks: one YAML file that the chart renders, checked as strictly as what users write. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { nameSchema } from '../../core/api/common.ts';
import { parseConfigText } from '../../core/api/config-text.ts';
import { peopleSchema } from './people.ts';

const port = z.int().min(0).max(65_535);
const path = z.string().min(1);

const senderSchema = z.strictObject({
  name: nameSchema('tickets'),
  /** One secret a line, as the sender was given it: `whsec_…`. More than one while it changes. */
  secretFile: path,
  /** Names of people whose votes it may bring. With one it need not say whose. */
  speaksFor: z.array(z.string().min(1)).min(1).max(1000),
});

const configSchema = z
  .strictObject({
    ports: z.strictObject({ hooks: port.default(9445), metrics: port.default(8080) }).prefault({}),
    logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    /** Folder with tls.crt and tls.key. Waited for, and read again when they change. */
    tls: path,
    people: peopleSchema.default([]),
    slack: z
      .strictObject({
        /** The signing secret of the app. */
        secretFile: path,
        /** Id of the workspace whose users are meant: a channel can be shared with others. */
        team: z.string().regex(/^[TE][A-Z0-9]{2,30}$/, 'is no id of a workspace; write for example T012AB3CD'),
        /** Where answers to clicks may go. */
        responses: z.url({ protocol: /^https?$/ }).default('https://hooks.slack.com'),
      })
      .optional(),
    senders: z.array(senderSchema).max(32).default([]),
  })
  .superRefine(({ people, senders }, ctx) => {
    const known = new Set(people.map(({ user }) => user));
    const names = new Set<string>();
    for (const [i, { name, speaksFor }] of senders.entries()) {
      if (names.has(name)) {
        ctx.addIssue({
          code: 'custom',
          path: ['senders', i, 'name'],
          message: `is there twice: ${name}; give each sender a name of its own`,
        });
      }
      names.add(name);
      for (const [j, user] of speaksFor.entries()) {
        if (known.has(user)) continue;
        const message = `is nobody in people: ${user}; add an entry there`;
        ctx.addIssue({ code: 'custom', path: ['senders', i, 'speaksFor', j], message });
      }
    }
  });

export type HooksConfig = z.infer<typeof configSchema>;
export type SlackConfig = NonNullable<HooksConfig['slack']>;
export type SenderConfig = HooksConfig['senders'][number];

/** Throws an Error that names the file and every field that is wrong. */
export function readHooksConfig(file: string): HooksConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Error(`${file} cannot be read (${code}); give it with --config`, { cause: error });
  }
  return parseHooksConfig(text, file);
}

export function parseHooksConfig(text: string, file: string): HooksConfig {
  return parseConfigText(text, file, configSchema, 'the hooks');
}
