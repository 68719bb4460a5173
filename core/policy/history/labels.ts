/**
 * What packs call tools by, for rules that speak of kinds of tools. A label of any pack is one for all packs of the server; what a pack in
 * shadow says of it counts only for rules that act on nothing.
 */
import type { Target } from '../../mcp/catalogue.ts';
import type { Bundle } from '../bundle.ts';
import { GlobSet } from '../glob-set.ts';

const NONE: readonly string[] = [];
/** Names of tools are those of a server, and few; what is remembered of them is bounded all the same. */
const MAX_KNOWN = 4096;

export class Labels {
  readonly #tools: GlobSet<string>;
  readonly #known = new Map<string, readonly string[]>();

  private constructor(tools: GlobSet<string>) {
    this.#tools = tools;
  }

  /** `shadow`: with those of packs in shadow. */
  static of({ packs }: Pick<Bundle, 'packs'>, shadow = false): Labels {
    const tools = new GlobSet<string>('name');
    for (const { mode, labels = {} } of packs) {
      if (mode === 'Shadow' && !shadow) continue;
      for (const [label, patterns] of Object.entries(labels)) for (const one of patterns) tools.add(one, label);
    }
    return new Labels(tools);
  }

  /** Sorted, each once; none for what is no tool. */
  of({ kind, name }: Target): readonly string[] {
    if (kind !== 'tool') return NONE;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const labels = [...new Set(this.#tools.match(name))].toSorted();
    if (this.#known.size === MAX_KNOWN) this.#known.clear();
    this.#known.set(name, labels.length === 0 ? NONE : labels);
    return labels;
  }
}
