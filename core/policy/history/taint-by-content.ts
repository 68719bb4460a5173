/**
 * Taint by content: of what sources answer, prints are kept (core/inspect/prints), and looked for in the arguments of sinks, in every form
 * in which a value is passed on: as it is, encoded, cut into several arguments or several calls.
 */
import type { KeptSeen } from '../../history/kinds/pieces.ts';
import type { PrintedSeen } from '../../history/kinds/prints.ts';
import { Printer } from '../../inspect/prints/printer.ts';
import { Seal } from '../../inspect/prints/sealed.ts';
import { leavesOf, printsToKeep, type Prints, Sought } from '../../inspect/prints/take-prints.ts';
import type { Span } from '../../mcp/json-scan.ts';
import type { JsonView } from '../../mcp/json-view.ts';
import type { TextLeaf } from '../../mcp/text-leaves.ts';
import { originNote, originWords } from './origin.ts';
import { addTogether, MOST_CALLS, type Piece, piecesIn, piecesOf, piecesText, type Said } from './pieces.ts';
import type { HistoryEvent, Judged, Part, Place, Seen, Wanted } from './rule.ts';
import { placesOf } from './taint-places.ts';
import type { Membership, TaintTerms } from './taint-terms.ts';

/** Of a result: what the protocol has in it, and nobody reads as its content. */
const OF_THE_PROTOCOL: ReadonlySet<string> = new Set([
  ...['_meta', 'isError', 'resultType', 'ttlMs', 'nextCursor', 'requestState'],
]);
const NONE: ReadonlySet<string> = new Set();

export function partByContent(terms: TaintTerms, event: HistoryEvent, { isSource, isSink }: Membership): Part {
  const { rule, shadow } = terms;
  const places = placesOf(rule, event, 'prints');
  let sink = isSink ? new Sink(terms, event) : undefined;
  const { args } = event;
  // What the client says by itself is no secret to it, and an answer that repeats it gives nothing away.
  const sent = args === undefined ? undefined : printsToKeep(args.bytes, spansOf(args), keysOf(event).printer);
  let notes = sent === undefined ? [] : places.map((place) => noted(place, 'Sent', sent, '', rule.withinMs));
  return {
    ...{ rule: rule.id, shadow },
    ...(sink === undefined ? {} : { before: sink }),
    get ops() {
      return [...(sink?.asked ?? []), ...notes];
    },
    release: () => {
      sink?.release();
      [sink, notes] = [undefined, []];
    },
    judge: (seen) => (sink === undefined ? undefined : judged(terms, seen)),
    onSaid: (said) => {
      if (!isSource) return [];
      const prints = printsToKeep(said.bytes, spansOf(said, OF_THE_PROTOCOL), keysOf(event).printer);
      if (prints.isAll && prints.prints.size === 0) return [];
      return places.map((place) => noted(place, 'Seen', prints, originNote(event), rule.withinMs));
    },
  };
}

function noted(place: Place, as: 'Sent' | 'Seen', { prints, isAll }: Prints, note: string, forMs: number): Wanted {
  return { op: { kind: 'prints', ...place, as, prints: [...prints], isAll, forMs, note }, isAsked: false };
}

function kept(place: Place, withinMs: number): Wanted {
  return { op: { kind: 'kept', ...place, withinMs }, isAsked: false };
}

/** What a call of a sink asks: first for the ends of earlier calls, then for prints of all that it could be with these. */
class Sink {
  /** Read before `asked`. */
  readonly ops: readonly Wanted[];
  asked: readonly Wanted[] = [];
  readonly #terms: TaintTerms;
  readonly #event: HistoryEvent;
  #said: readonly Said[];

  constructor(terms: TaintTerms, event: HistoryEvent) {
    this.#terms = terms;
    this.#event = event;
    const { rule } = terms;
    this.#said = saidIn(event.args, new Set(rule.exempt.arguments));
    const { withinMs } = rule;
    this.ops = placesOf(rule, event, 'ends').map((place) => kept(place, withinMs));
  }

  release(): void {
    [this.#said, this.asked, this.#own, this.#known] = [[], [], undefined, undefined];
  }

  /** What it was told last, so that nothing is done twice where nothing has come in between. */
  #known: string | undefined = undefined;

  know(seen: readonly Seen[]): void {
    const known = JSON.stringify(seen);
    if (known === this.#known) return;
    this.#known = known;
    const { rule, isInTheWay } = this.#terms;
    const { printer, seal } = keysOf(this.#event);
    const prints = new Set(this.#ownPrints(printer).prints);
    let { isAll } = this.#ownPrints(printer);
    for (const one of seen) {
      const together = new Sought(printer);
      addTogether(piecesOfCalls(one, seal), this.#said, together);
      for (const print of together.prints) prints.add(print);
      isAll &&= together.isAll;
    }
    const ends = seal.close(piecesText(piecesOf(this.#said)), this.#event.id);
    const { withinMs } = rule;
    const printed = (place: Place): Wanted => ({
      ...{ op: { kind: 'printed', ...place, prints: [...prints], isAll, withinMs }, isAsked: isInTheWay },
    });
    const keep = (place: Place): Wanted => ({
      ...{ op: { kind: 'keep', ...place, text: ends, most: MOST_CALLS, forMs: withinMs }, isAsked: false },
    });
    this.asked = [
      ...placesOf(rule, this.#event, 'prints').map(printed),
      ...placesOf(rule, this.#event, 'ends').map(keep),
    ];
  }

  /** Of what this call says by itself: the same when it is judged and when it is sent. */
  #own: Sought | undefined = undefined;
  #ownPrints(printer: Printer): Sought {
    if (this.#own !== undefined) return this.#own;
    this.#own = new Sought(printer);
    this.#own.addAll(this.#said.filter(({ isName }) => !isName).map(({ text }) => text));
    for (const { text, isName } of this.#said) if (isName) this.#own.add(text);
    return this.#own;
  }
}

function piecesOfCalls(seen: Seen, seal: Seal): readonly (readonly Piece[])[] {
  return (seen as KeptSeen).texts.map((text) => piecesIn(seal.open(text)));
}

function judged(terms: TaintTerms, seen: readonly Seen[]): Judged | undefined {
  const all = seen.filter((one): one is PrintedSeen => one.kind === 'printed');
  const [last] = all.flatMap((one) => one.last ?? []).toSorted((a, b) => b.count - a.count);
  if (last !== undefined) {
    const origin = originWords(last.note, last.agoMs);
    return terms.against(
      `its arguments hold what ${origin} has answered`,
      'Call again without it, or tell the user what was to be sent, and where.',
    );
  }
  const [lost] = all.flatMap((one) => one.lost ?? []).toSorted((a, b) => a.agoMs - b.agoMs);
  if (lost === undefined) return undefined;
  const origin = originWords(lost.note, lost.agoMs);
  return terms.against(
    `of what ${origin} and others before it have answered, there is more than can be kept and compared, so that it cannot be told whether its arguments hold some of it`,
    'Do not retry; tell the user what was to be sent, and where.',
  );
}

/** All texts and numbers of the arguments, and the names that members have. */
function saidIn(args: JsonView | undefined, exempt: ReadonlySet<string>): readonly Said[] {
  if (args === undefined) return [];
  return args.keys.flatMap((name) => {
    const span = args.span(name);
    if (span === undefined || exempt.has(name)) return [];
    const leaves = leavesOf(args.bytes, [span]).map((leaf) => saidBy(leaf, name));
    return [{ name, text: name, isName: true }, ...leaves];
  });
}

function saidBy({ key, kind, text }: TextLeaf, name: string): Said {
  return { name: key ?? name, text, isName: kind === 'key' };
}

function spansOf(view: JsonView, skip = NONE): readonly Span[] {
  return view.keys.flatMap((key) => (skip.has(key) ? [] : (view.span(key) ?? [])));
}

interface Keys {
  readonly printer: Printer;
  readonly seal: Seal;
}

const known = new WeakMap<Buffer, Keys>();

/** A secret is that of a gate, so there are few. */
function keysOf({ secret }: HistoryEvent): Keys {
  let keys = known.get(secret);
  if (keys === undefined) known.set(secret, (keys = { printer: new Printer(secret), seal: new Seal(secret) }));
  return keys;
}
