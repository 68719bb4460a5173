/** What a pack says of what servers list, as a bundle holds it. */
import * as z from 'zod';
import {
  CHANGE_EFFECTS,
  type ChangeEffect,
  DEFINITION_EFFECTS,
  DEFINITION_LINTS,
  PINS,
} from '../../api/rules/definitions.ts';
import { MODES } from '../../api/modes.ts';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { strings } from './field.ts';

const effect = z.enum(DEFINITION_EFFECTS);

export const definitionsRuleSchema = z.strictObject({
  /** `namespace/pack#definitions`. */
  id: z.string(),
  /** Of the entry; a pack in shadow acts on nothing anyway. */
  mode: z.enum(MODES),
  pin: z.enum(PINS),
  /** Sorted digests. */
  accept: strings,
  onChange: z.enum(CHANGE_EFFECTS),
  lints: z.strictObject({
    hiddenText: effect,
    modelInstructions: effect,
    otherTools: effect,
    names: effect,
    schemaTricks: effect,
    annotations: effect,
  }),
});
export type BundleDefinitions = Readonly<z.infer<typeof definitionsRuleSchema>>;

export function compileDefinitions(
  pack: string,
  { definitions }: PolicyPack['spec'],
): { readonly definitions?: BundleDefinitions } {
  if (definitions === undefined) return {};
  const { mode = 'Enforce', pin, accept = [], onChange, ...lints } = definitions;
  return {
    definitions: { id: `${pack}#definitions`, mode, pin, accept: [...new Set(accept)].toSorted(), onChange, lints },
  };
}

/** Of two versions of an entry, all that either refuses: for gates that can enforce neither as it is (see for-gates.ts). */
export function bothDefinitions(
  one: BundleDefinitions | undefined,
  other: BundleDefinitions | undefined,
): { readonly definitions?: BundleDefinitions } {
  const acting = [one, other].filter((entry) => entry !== undefined && entry.mode === 'Enforce');
  const [first, second] = acting;
  if (first === undefined) return one === undefined ? {} : { definitions: one };
  if (second === undefined) return { definitions: first };
  return { definitions: strictestEntry(first, second) };
}

function strictestEntry(one: BundleDefinitions, other: BundleDefinitions): BundleDefinitions {
  const pinned = [one, other].filter(({ pin }) => pin !== 'Off');
  const [first, second] = pinned;
  const accept = first?.accept ?? [];
  return {
    id: one.id,
    mode: 'Enforce',
    pin: PINS.findLast((pin) => pinned.some((entry) => entry.pin === pin)) ?? 'Off',
    accept: second === undefined ? accept : accept.filter((digest) => second.accept.includes(digest)),
    // Where only one of them asks for a pin, the other has nothing to say of what becomes of it.
    onChange: strictestChange(pinned),
    lints: strictestLints(one.lints, other.lints),
  };
}

function strictestChange(entries: readonly BundleDefinitions[]): ChangeEffect {
  return CHANGE_EFFECTS.findLast((one) => entries.some(({ onChange }) => onChange === one)) ?? 'Log';
}

/** Where a person is asked, nobody is: for gates that never ask one of a definition. */
export function withoutAsking(entry: BundleDefinitions): BundleDefinitions {
  return asksPerson(entry) ? { ...entry, onChange: 'Deny' } : entry;
}

export function asksPerson({ onChange }: BundleDefinitions): boolean {
  return onChange === 'RequireApproval';
}

function strictestLints(
  one: BundleDefinitions['lints'],
  other: BundleDefinitions['lints'],
): BundleDefinitions['lints'] {
  const lints = { ...one };
  for (const lint of DEFINITION_LINTS) if (other[lint] === 'Deny') lints[lint] = 'Deny';
  return lints;
}
