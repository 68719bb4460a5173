/**
 * What one port knows of results that are kept: the store, which all ports share, since what a caller does at one of them may change what
 * is read at another; and what the server of this port has said of its tools.
 */
import { hash } from 'node:crypto';
import { JsonView } from '../../../core/mcp/json-view.ts';
import type { CachePlan } from '../../../core/policy/cache/cache-plans.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { ResultStore } from './result-store.ts';

const MAX_TOOLS = 1_000;

/** What a tool says of its effects (MCP, Tools, Tool Annotations). */
interface Listed {
  /** Of the JSON text. */
  readonly digest: string;
  /** As it is said; undefined: nothing is, or nothing that can be read. */
  readonly readOnly: unknown;
  readonly destructive: unknown;
}

/** What can be read in two ways may say anything. */
const UNREADABLE = { readOnly: false, destructive: true } as const;

function hintsIn(definition: Buffer): Pick<Listed, 'readOnly' | 'destructive'> {
  const view = JsonView.of(definition);
  if (view === undefined) return UNREADABLE;
  if (!view.has('annotations') || view.isNull('annotations')) return { readOnly: undefined, destructive: undefined };
  const hints = view.view('annotations');
  if (hints === undefined) return UNREADABLE;
  return { readOnly: hints.value('readOnlyHint'), destructive: hints.value('destructiveHint') };
}

export class KeptResults {
  readonly store: ResultStore;
  /** Empty for the port that is alone, or the first. */
  readonly place: string;
  readonly #listed = new BoundedMap<string, Listed>(MAX_TOOLS);

  constructor(store: ResultStore, place = '') {
    this.store = store;
    this.place = place;
  }

  /** The same of a further port. */
  at(place: string): KeptResults {
    return new KeptResults(this.store, place);
  }

  /** The server has listed a tool so, to anybody. `definition`: its JSON text. */
  listed(tool: string, definition: Buffer): void {
    const digest = hash('sha256', definition, 'base64');
    const before = this.#listed.get(tool);
    if (before?.digest === digest) return;
    if (before !== undefined) this.store.clearTool(this.place, tool);
    this.#listed.set(tool, { digest, ...hintsIn(definition) });
  }

  /**
   * The definition by which results of the tool may be kept; undefined where they may not. A pack's word that a tool only reads is not
   * enough where its server says otherwise, and by default the server has to say so as well.
   */
  definitionOf(tool: string, { trustsNames }: Pick<CachePlan, 'trustsNames'>): string | undefined {
    const listed = this.#listed.get(tool);
    if (listed === undefined || listed.destructive === true) return undefined;
    const mayBeKept = listed.readOnly === true || (trustsNames && listed.readOnly === undefined);
    return mayBeKept ? listed.digest : undefined;
  }
}
