/** What holds where a pack is silent. Limits have no default in the schema: a silent pack must not lower another's limit. */
export const DEFAULT_LIMITS = { body: '4Mi', batch: 100, sessionIdle: '1h' } as const;
