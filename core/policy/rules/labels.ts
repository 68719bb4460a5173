/** The labels that a pack gives to tools, as a bundle has them. */
import * as z from 'zod';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { strings } from './field.ts';

/** By label, patterns of names, sorted. */
export const packLabelsSchema = z.record(z.string(), strings).readonly();
export type BundleLabels = z.infer<typeof packLabelsSchema>;

interface Labelled {
  readonly labels?: BundleLabels;
}

export function compileLabels({ labels }: PolicyPack['spec']): Labelled {
  return labels === undefined ? {} : { labels: mapped(labels, (tools) => tools) };
}

/** What either says: a rule that forbids something by its label forbids no less. */
export function labelsOfBoth(newer: BundleLabels | undefined, older: BundleLabels | undefined): Labelled {
  if (newer === undefined || older === undefined) {
    const labels = newer ?? older;
    return labels === undefined ? {} : { labels };
  }
  return { labels: mapped({ ...older, ...newer }, (tools, label) => [...tools, ...(older[label] ?? [])]) };
}

function mapped(labels: BundleLabels, change: (tools: readonly string[], label: string) => readonly string[]) {
  return Object.fromEntries(
    Object.entries(labels).map(([label, tools]) => [label, [...new Set(change(tools, label))].toSorted()]),
  );
}
