/** What a pack calls tools by, so that rules can speak of kinds of tools: a label, and the tools that carry it. */
import * as z from 'zod';
import { atLeastOneEntry, atMostEntries, lineSchema } from '../common.ts';
import { celKeys } from '../kubernetes.ts';

/** Words with a meaning that packs of this repository share. A pack may have others. */
export const COMMON_LABELS = {
  'private-source': 'reads what not everybody may know: files, customers, mail',
  'untrusted-source': 'reads what strangers have written: web pages, tickets, incoming mail',
  'secret-source': 'reads keys, passwords or tokens',
  'external-sink': 'sends something out: mail, a request to any host, a public comment',
  'list-all': 'lists everything there is of something',
  'bulk-read': 'reads many things at once, or is called once for each of many',
  export: 'copies data as a whole to somewhere else',
  destructive: 'deletes or overwrites what cannot be brought back',
  exec: 'runs a command or code',
  'permission-change': 'gives rights, roles, members or keys, or takes them',
} as const;

export const MAX_LABELS = 64;
const MAX_LABEL = 63;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const NOT_A_LABEL =
  'is not a label: lower-case letters, digits and "-", a letter or digit at both ends; write for example external-sink';

/** A label where a rule speaks of it. */
export const labelSchema = z.string().max(MAX_LABEL).regex(LABEL, NOT_A_LABEL);

const toolsSchema = z.array(lineSchema(256, 'read_*')).min(1).max(256);

export const labelsSchema = atLeastOneEntry(
  atMostEntries(z.record(labelSchema, toolsSchema), MAX_LABELS),
  'labels nothing; write for example `external-sink: [send_mail]`, or remove it',
).meta(celKeys(LABEL, MAX_LABEL, `a key ${NOT_A_LABEL}`));
