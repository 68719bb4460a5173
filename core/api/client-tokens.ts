/** Clients and the digests of their bearer tokens, as a Secret holds them: one key a client. The tokens themselves are nowhere. */
import * as z from 'zod';
import { atMostEntries, lineSchema, metadataSchema, secretNameSchema } from './common.ts';
import { type Entry, type EntryProblem, entriesIn, entriesOf, readMapping } from './secret-entries.ts';

export interface ClientToken {
  name: string;
  groups: string[];
  /** SHA-256 of each accepted token: 64 lower-case hex digits. Several, so that a token can be replaced without a gap. */
  digests: string[];
}

export interface ClientTokens {
  tokens: ClientToken[];
  problems: EntryProblem[];
}

const MAX_ENTRY = 65_536;
const keySchema = z
  .string()
  .max(253)
  .regex(
    /^[-._a-zA-Z0-9]+$/,
    'is not a key of a Secret: letters, digits, "-", "_" and "."; write for example billing-agent',
  );

export const tokenSecretSchema = z
  .strictObject({
    apiVersion: z.literal('v1').describe('Always v1. Required.'),
    kind: z.literal('Secret').describe('Always Secret. Required.'),
    metadata: metadataSchema(secretNameSchema).describe('Name, namespace and labels of the Secret. Required.'),
    type: lineSchema(253, 'Opaque').optional().describe('Type of the Secret; not looked at. Default: Opaque.'),
    immutable: z.boolean().optional().describe('Whether the Secret may change; not looked at. Default: false.'),
    stringData: atMostEntries(z.record(keySchema, z.string().max(MAX_ENTRY)), 1000)
      .optional()
      .describe('One key for each entry, its value as text; goes before data. At most 1000. Default: none.'),
    data: atMostEntries(z.record(keySchema, z.string().max(2 * MAX_ENTRY)), 1000)
      .optional()
      .describe('One key for each entry, its value in base64. At most 1000. Default: none.'),
  })
  .describe('A Secret, as Kubernetes knows it, with the digests of bearer tokens or with what is revoked.');

export type TokenSecret = z.infer<typeof tokenSecretSchema>;

export function readClientTokens(secret: Pick<TokenSecret, 'data' | 'stringData'>): ClientTokens {
  const { entries, problems } = entriesOf(secret);
  const read = readEntries(entries);
  return { tokens: read.tokens, problems: [...problems, ...read.problems] };
}

/** The same from key and text, as a mounted Secret's directory gives them. */
export function readTokenEntries(entries: Record<string, string>): ClientTokens {
  return readEntries(entriesIn(entries));
}

function readEntries(entries: ReadonlyMap<string, Entry>): ClientTokens {
  const tokens: ClientToken[] = [];
  const problems: EntryProblem[] = [];
  const owners = new Map<string, string>();
  for (const [name, { path, text }] of entries) {
    const complain = (message: string, mend: string) => problems.push({ path, message, mend });
    const token = readEntry(name, text, complain);
    if (token === undefined) continue;
    // Whose call would it be? A token has to name one client, so the second claim is refused with its whole entry.
    const taken = token.digests.map((digest) => owners.get(digest)).find((owner) => owner !== undefined);
    if (taken !== undefined) {
      complain(`has a digest that client ${taken} has too`, 'give every client a token of its own');
      continue;
    }
    for (const digest of token.digests) owners.set(digest, name);
    tokens.push(token);
  }
  return { tokens, problems };
}

type Complain = (message: string, mend: string) => void;

const CLIENT_NAME = /^[A-Za-z0-9._-]{1,63}$/;
const HEX_DIGEST = /^(?:sha256:)?([0-9a-f]{64})$/i;
const MAX_DIGESTS = 16;
const GROUP = lineSchema(253, 'agents');
const FORM =
  'write `sha256: ` and the 64 hex digits of the SHA-256 of the token, and `groups: [agents]` if the client has any';

function readEntry(name: string, text: string, complain: Complain): ClientToken | undefined {
  if (name === 'anonymous' || name.startsWith('system:')) {
    complain('is a reserved name', 'give the client another name');
    return undefined;
  }
  if (!CLIENT_NAME.test(name)) {
    complain('is not the name of a client', 'use 1 to 63 letters, digits, ".", "_" and "-"');
    return undefined;
  }
  const fields = readMapping(text);
  if (fields === undefined) {
    complain('the value is not a YAML mapping with sha256 and groups', FORM);
    return undefined;
  }
  const unknown =
    Object.keys(fields).length - ['sha256', 'groups'].filter((field) => Object.hasOwn(fields, field)).length;
  if (unknown > 0) complain('the value has fields besides sha256 and groups', 'remove them');
  const digests = readDigests(fields['sha256'], complain);
  const groups = readGroups(fields['groups'], complain);
  return unknown > 0 || digests === undefined || groups === undefined ? undefined : { name, groups, digests };
}

function readDigests(value: unknown, complain: Complain): string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const digests = list.map((item) =>
    typeof item === 'string' ? HEX_DIGEST.exec(item)?.[1]?.toLowerCase() : undefined,
  );
  if (value === undefined || value === '') complain('sha256 is missing', FORM);
  else if (list.length === 0 || list.length > MAX_DIGESTS)
    complain('sha256 lists no digest or too many', `list 1 to ${MAX_DIGESTS}`);
  else if (digests.includes(undefined)) complain('sha256 is not a digest', FORM);
  else return [...new Set(digests.filter((digest) => digest !== undefined))];
  return undefined;
}

function readGroups(value: unknown, complain: Complain): string[] | undefined {
  if (value === undefined || value === '') return [];
  if (Array.isArray(value) && value.length <= 256 && value.every((group) => GROUP.safeParse(group).success)) {
    return [...new Set(value as string[])];
  }
  complain('groups is not a list of group names', 'write for example `groups: [agents]`, at most 256 of them');
  return undefined;
}
