/** What `state` of an MCPServer says. No pack asks for any of it. */
import type { Feature } from './feature.ts';

export const STATE_FEATURES: readonly Feature[] = [
  {
    name: 'state.valkey',
    since: 2,
    field: 'spec.state.valkey of an MCPServer',
    // It knows no rule either that counts over time: packs with such a rule ask for a feature of their own.
    ignored: 'Stricter',
    isUsedBy: () => false,
    isIn: ({ server }) => server.state !== undefined,
    removeFrom: ({ server: { state: _, ...server }, ...bundle }) => ({ ...bundle, server }),
  },
];
