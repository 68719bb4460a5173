/** Sets of calls in a sentence. */
import type { BundleMembers } from '../../rules/sequences.ts';

const MAX_NAMED = 4;

/** `tool "create_draft"`, `a tool labelled "export" or resource "file:///a"`: what pack authors have written, and so quoted. */
export function membersWords({ tools, labels, resources, prompts }: BundleMembers): string {
  const words = [
    ...tools.map((name) => `tool ${quoted(name)}`),
    ...labels.map((label) => `a tool labelled ${quoted(label)}`),
    ...resources.map((uri) => `resource ${quoted(uri)}`),
    ...prompts.map((name) => `prompt ${quoted(name)}`),
  ];
  const shown = words.slice(0, MAX_NAMED);
  if (words.length > MAX_NAMED) return `${shown.join(', ')} or another of ${words.length}`;
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} or ${last}`;
}

export function quoted(text: string): string {
  return JSON.stringify(text);
}
