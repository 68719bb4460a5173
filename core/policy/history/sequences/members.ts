/** Which sets of calls a call is one of: all sets of a bundle are looked up at once, and a name that was looked up is remembered. */
import type { TargetKind } from '../../../mcp/catalogue.ts';
import { GlobSet } from '../../glob-set.ts';
import { type NameReader, PLAIN_NAMES, URIS } from '../../names.ts';
import type { BundleMembers } from '../../rules/sequences.ts';
import type { HistoryEvent } from '../rule.ts';

/** Whoever names it is one of the members; or it can be told that it is not. */
export interface Membership {
  /** Sets that it may be one of, by any reading of its name. */
  readonly may: ReadonlySet<number>;
  /** Sets that it is one of however it is read. */
  readonly is: ReadonlySet<number>;
}

const NOTHING: Membership = { may: new Set(), is: new Set() };
/** Names are a server's own, and few; but nobody else has to keep to that. */
const MAX_KNOWN = 4096;

type Named = Exclude<TargetKind, 'method'>;
const READERS: { readonly [kind in Named]: NameReader } = { tool: PLAIN_NAMES, resource: URIS, prompt: PLAIN_NAMES };
const FIELDS: { readonly [kind in Named]: 'tools' | 'resources' | 'prompts' } = {
  ...{ tool: 'tools', resource: 'resources', prompt: 'prompts' },
};
const KINDS = Object.keys(FIELDS) as readonly Named[];

export class MemberSets {
  readonly #names = Object.fromEntries(
    KINDS.map((kind) => [kind, new GlobSet<number>(READERS[kind].syntax)]),
  ) as Readonly<Record<Named, GlobSet<number>>>;
  /** By label. */
  readonly #labelled = new Map<string, number[]>();
  readonly #known = new Map<string, Membership>();
  #size = 0;

  /** Its number, for `may` and `is`. */
  add(members: BundleMembers): number {
    const set = this.#size++;
    for (const kind of KINDS) {
      for (const pattern of members[FIELDS[kind]])
        for (const one of READERS[kind].spellings(pattern)) this.#names[kind].add(one, set);
    }
    for (const label of members.labels) this.#labelled.set(label, [...(this.#labelled.get(label) ?? []), set]);
    return set;
  }

  /** `shadow`: labels of packs in shadow count. */
  of({ target: { kind, name }, labels, labelsInShadow }: Targeted, shadow: boolean): Membership {
    if (kind === 'method') return NOTHING;
    const key = `${kind}${shadow ? '!' : ' '}${name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = this.#look(kind, name, shadow ? labelsInShadow : labels);
    if (this.#known.size === MAX_KNOWN) this.#known.clear();
    this.#known.set(key, found);
    return found;
  }

  #look(kind: Named, name: string, labels: readonly string[]): Membership {
    const reading = READERS[kind].read(name);
    // It is refused for that, whatever came before.
    if (reading !== undefined && 'problem' in reading) return NOTHING;
    const readings = reading === undefined ? [name] : reading.views;
    const found = readings.map((one) => new Set(this.#names[kind].match(one)));
    const labelled = labels.flatMap((label) => this.#labelled.get(label) ?? []);
    const reduced = (reading?.reduced ?? []).flatMap((one) => this.#names[kind].match(one));
    const may = new Set([...labelled, ...reduced, ...found.flatMap((sets) => [...sets])]);
    const is = new Set([...may].filter((set) => labelled.includes(set) || found.every((sets) => sets.has(set))));
    return { may, is };
  }
}

type Targeted = Pick<HistoryEvent, 'target' | 'labels' | 'labelsInShadow'>;
