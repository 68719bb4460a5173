/** Turns an issue that zod found into what is wrong, where, and how to mend it. */
import type { z } from 'zod';
import { API_VERSION, IGNORED_METADATA } from './common.ts';
import { type FieldSchema, fieldSchema, type Kind, kindSchemas } from './kinds.ts';
import { nearest } from '../nearest.ts';
import type { Anchor } from './locate.ts';
import { escapeControls, showValue } from './problem.ts';
import { missingField, type Sentences, typeWord, wrongSize, wrongType, wrongWord } from './wording.ts';

export type Issue = z.core.$ZodIssue;

export interface Complaint extends Sentences {
  path: PropertyKey[];
  at: Anchor;
  value?: string;
}

/** A kind, or the schema of what is none. */
type OfWhat = Kind | FieldSchema;

/** One issue gives one complaint, except unknown fields: one for each. */
export function mend(issue: Issue, kind: OfWhat, document: unknown): Complaint[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(issue.path, key, kind));
  const { path } = issue;
  const branch = issue.code === 'invalid_union' ? branchMeant(issue.errors, lookUp(document, path)) : undefined;
  if (branch !== undefined)
    return branch.flatMap((one) => mend({ ...one, path: [...path, ...one.path] }, kind, document));
  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1));
    const inner = issue.issues[0];
    return [
      {
        path,
        at: 'key',
        ...(inner === undefined ? { message: issue.message } : describe(inner, kind, key, showValue(key))),
      },
    ];
  }
  const value = lookUp(document, path);
  if (value === undefined) return [{ path, at: 'parent', ...missingField(path, fieldSchema(kind, path)) }];
  const hidden = mayBeSecret(issue, kind);
  const shown = hidden ? 'the value' : showValue(value);
  // A whole mapping or list would say nothing that its position does not say better.
  const withValue = hidden || typeof value === 'object' ? {} : { value: shown };
  return [{ path, at: 'value', ...withValue, ...describe(issue, kind, value, shown, hidden) }];
}

/** Of several forms that a value can have, the one that it has, with a slip in it. */
function branchMeant(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  const isOther = ({ code, path }: Issue): boolean =>
    path.length === 0 && (code === 'invalid_type' || (code === 'invalid_value' && typeof value !== 'string'));
  const meant = branches.filter((issues) => !issues.some(isOther));
  return meant.length === 1 ? meant[0] : undefined;
}

/** What a Secret holds and the variables handed to a server stay out of terminals and logs. */
function mayBeSecret({ code, path, ...issue }: Issue, kind: OfWhat): boolean {
  if (kind === 'Secret' || (path[1] === 'stdio' && path[2] === 'env')) return true;
  if (path[1] === 'run' && path[2] === 'env' && path.at(-1) !== 'name') return true;
  return code === 'custom' && 'params' in issue && issue.params?.['private'] === true;
}

function lookUp(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function describe(issue: Issue, kind: OfWhat, value: unknown, shown: string, hidden = false): Sentences {
  const { code, path } = issue;
  // Our own messages read `what is wrong; how to mend it`; zod's hold no semicolon.
  const [own, ...rest] = issue.message.split('; ');
  if (own !== undefined && rest.length > 0) {
    return { message: typeof value === 'object' ? own : `${shown} ${own}`, mend: rest.join('; ') };
  }
  if (code === 'invalid_type') {
    const required = fieldSchema(kind, path.slice(0, -1))?.required?.includes(String(path.at(-1))) ?? false;
    return wrongType({ expected: issue.expected, value, path, field: fieldSchema(kind, path), required, hidden });
  }
  if (code === 'invalid_value') {
    const named = typeof kind === 'string' ? kind : 'this file';
    return wrongWord(issue.values.map(String), value, { path, kind: named, shown });
  }
  if (code === 'too_big') return wrongSize(issue.origin, Number(issue.maximum), 'most', value);
  if (code === 'too_small') return wrongSize(issue.origin, Number(issue.minimum), 'least', value);
  return { message: hidden ? 'the value is not allowed here' : issue.message };
}

function unknownField(parent: PropertyKey[], key: string, kind: OfWhat): Complaint {
  const ignored: readonly string[] = IGNORED_METADATA;
  const at = fieldSchema(kind, parent);
  const fields = at?.properties ?? at?.anyOf?.find(({ properties }) => properties)?.properties ?? {};
  const known = Object.keys(fields).filter((field) => !ignored.includes(field));
  const near = nearest(key, known);
  const help = near === undefined ? `the fields here are ${known.join(', ')}` : `did you mean \`${near}\`?`;
  const shown = escapeControls(key.length > 80 ? `${key.slice(0, 79)}…` : key);
  return { path: [...parent, key], at: 'key', message: `unknown field \`${shown}\``, mend: help };
}

/** For a document whose kind is not known, so that no schema can say what is wrong. */
const GROUP_VERSION = /^(?:([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)\/)?v[1-9][0-9]*(?:(?:alpha|beta)[1-9][0-9]*)?$/;

/** Whether this is plainly an object of somebody else, and not one of ours with a slip in its first two lines. */
export function isOtherKind(apiVersion: string, kind: string): boolean {
  const match = GROUP_VERSION.exec(apiVersion);
  if (match === null || nearest(kind, Object.keys(kindSchemas)) !== undefined) return false;
  const [ourGroup = ''] = API_VERSION.split('/');
  return match[1] === undefined || nearest(match[1], [ourGroup]) === undefined;
}

export function mendKind({ apiVersion, kind }: Record<string, unknown>): Complaint[] {
  const kinds = Object.keys(kindSchemas);
  return [
    ...mendWord('kind', kind, kinds, `one of ${kinds.join(', ')}`),
    ...mendWord('apiVersion', apiVersion, [API_VERSION, 'v1'], API_VERSION),
  ];
}

function mendWord(key: string, value: unknown, words: string[], choice: string): Complaint[] {
  const path = [key];
  if (value === undefined) return [{ path, at: 'parent', message: 'is missing', mend: `add \`${key}\`: ${choice}` }];
  if (typeof value !== 'string') {
    return [{ path, at: 'value', message: `expected a string, got ${typeWord(value)}`, mend: `write ${choice}` }];
  }
  if (words.includes(value)) return [];
  const shown = showValue(value);
  const near = nearest(value, words);
  const message = `${shown} is not ${key === 'kind' ? 'a kind' : 'an apiVersion'} that Sallyport reads`;
  return [
    {
      path,
      at: 'value',
      value: shown,
      message,
      mend: near === undefined ? `write ${choice}` : `did you mean ${near}?`,
    },
  ];
}
