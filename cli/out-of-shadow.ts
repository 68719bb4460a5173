/** A pack as it will be once it is rolled out: what only records acts. */
import type { LoadedDocument } from '../core/api/load.ts';

/** Wherever something has a mode; `schema` is that of arguments held against schemas. */
const MODES: ReadonlySet<string> = new Set(['mode', 'schema']);

export function outOfShadow(document: LoadedDocument): LoadedDocument {
  if (document.kind !== 'PolicyPack') return document;
  return { ...document, value: { ...document.value, spec: enforced(document.value.spec) } };
}

function enforced<T>(value: T): T {
  if (Array.isArray(value)) return value.map(enforced) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [
    key,
    MODES.has(key) && one === 'Shadow' ? 'Enforce' : enforced(one as unknown),
  ]);
  return Object.fromEntries(entries) as T;
}
