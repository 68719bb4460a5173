/** How much is measured, and what every measurement is told. */
import type { Size } from './population.ts';

export interface ApiEffort {
  readonly size: Size;
  /** Of the pack that applies to every server. */
  readonly changes: number;
  readonly idleMs: number;
  /** Asked of the webhook over each number of connections. */
  readonly reviews: number;
  /** Created through the API server, as a dry run. */
  readonly pods: number;
}

export interface Context {
  readonly command: string;
  /** Progress, for whoever waits. */
  readonly say: (what: string) => void;
}

export interface NodeEffort {
  readonly changes: number;
  readonly starts: number;
  /** Calls with each of the smaller bodies; the largest gets a quarter of it. */
  readonly requests: number;
}

export interface SizeEffort {
  readonly size: Size;
  /** Of the whole cluster; one in ten has a gate. */
  readonly pods: number;
}

export interface LeadEffort {
  /** Leaders that are killed, one after another. */
  readonly kills: number;
}

export interface Effort {
  readonly api: ApiEffort;
  readonly size: SizeEffort;
  readonly lead: LeadEffort;
  readonly node: NodeEffort;
}

/** `quick` shows in a fraction of the time whether something is far off. Its numbers are too rough to keep. */
export const EFFORTS: Record<'full' | 'quick', Effort> = {
  full: {
    api: {
      size: { servers: 1_000, packs: 100, namespaces: 50 },
      changes: 5,
      idleMs: 150_000,
      reviews: 5_000,
      pods: 300,
    },
    size: { size: { servers: 1_000, packs: 100, namespaces: 50 }, pods: 20_000 },
    lead: { kills: 5 },
    node: { changes: 100, starts: 5, requests: 4_000 },
  },
  quick: {
    api: { size: { servers: 200, packs: 40, namespaces: 20 }, changes: 2, idleMs: 20_000, reviews: 500, pods: 30 },
    size: { size: { servers: 200, packs: 40, namespaces: 20 }, pods: 2_000 },
    lead: { kills: 1 },
    node: { changes: 10, starts: 2, requests: 500 },
  },
};
