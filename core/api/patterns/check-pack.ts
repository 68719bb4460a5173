/**
 * What in a valid pack is written in another pattern language and so does nothing, or not what it says. No schema knows it: each is a
 * string that could be a name. Gates go on with what is stored; whoever writes it is told.
 */
import type { PolicyPack } from '../policy-pack.ts';
import type { PatternFinding } from './finding.ts';
import { type NameKind, readNamePattern } from './names.ts';
import { readParameterName, readPrincipal, readRoot } from './others.ts';
import { readUriPattern } from './uris.ts';

export interface PackFinding extends PatternFinding {
  readonly path: readonly (string | number)[];
  readonly pattern: string;
}

const LISTS = [
  ['tools', 'tool'],
  ['prompts', 'prompt'],
  ['methods', 'method'],
] as const satisfies readonly (readonly [string, NameKind])[];

export function checkPatterns({ spec }: PolicyPack): PackFinding[] {
  const findings: PackFinding[] = [];
  const look = (
    patterns: readonly string[],
    path: readonly (string | number)[],
    read: (pattern: string) => PatternFinding | undefined,
  ): void => {
    for (const [index, pattern] of patterns.entries()) {
      const finding = read(pattern);
      if (finding !== undefined) findings.push({ path: ['spec', ...path, index], pattern, ...finding });
    }
  };
  for (const [list, kind] of LISTS) {
    for (const [index, { names, principals }] of (spec[list] ?? []).entries()) {
      look(names, [list, index, 'names'], (pattern) => readNamePattern(pattern, kind));
      lookAtPrincipals(principals, [list, index], look);
    }
  }
  for (const [index, { tools }] of (spec.dlp ?? []).entries())
    look(tools ?? [], ['dlp', index, 'tools'], (pattern) => readNamePattern(pattern, 'tool'));
  for (const [index, { tools, costs, principals }] of (spec.limits?.budget ?? []).entries()) {
    const path = ['limits', 'budget', index];
    look(tools ?? [], [...path, 'tools'], (pattern) => readNamePattern(pattern, 'tool'));
    lookAtPrincipals(principals, path, look);
    for (const [at, cost] of (costs ?? []).entries())
      look(cost.tools, [...path, 'costs', at, 'tools'], (pattern) => readNamePattern(pattern, 'tool'));
  }
  for (const [index, { uris, principals }] of (spec.resources ?? []).entries()) {
    look(uris, ['resources', index, 'uris'], readUriPattern);
    lookAtPrincipals(principals, ['resources', index], look);
  }
  for (const [index, { arguments: checks }] of (spec.tools ?? []).entries()) {
    for (const [name, { roots }] of Object.entries(checks ?? {})) {
      const path = ['tools', index, 'arguments', name];
      const finding = readParameterName(name);
      if (finding !== undefined) findings.push({ path: ['spec', ...path], pattern: name, ...finding });
      look(roots ?? [], [...path, 'roots'], readRoot);
    }
  }
  return findings;
}

type Look = (
  patterns: readonly string[],
  path: readonly (string | number)[],
  read: (pattern: string) => PatternFinding | undefined,
) => void;

const NAMED = ['names', 'groups', 'issuers'] as const;

function lookAtPrincipals(
  principals: { readonly [field in (typeof NAMED)[number]]?: string[] | undefined } | undefined,
  path: readonly (string | number)[],
  look: Look,
): void {
  for (const field of NAMED) look(principals?.[field] ?? [], [...path, 'principals', field], readPrincipal);
}
