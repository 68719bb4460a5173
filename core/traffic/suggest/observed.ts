/** What a traffic log shows that was used: by whom, which tools, resources and prompts, with what. */
import type { TrafficCall, TrafficPrincipal } from '../line.ts';
import { isMasked } from '../found-in.ts';
import type { Shape } from '../shape.ts';
import { ObservedArguments } from './observed-arguments.ts';

export type UsedKind = TrafficCall['kind'];

/** One thing, used by one principal. */
export interface Used {
  readonly kind: UsedKind;
  readonly name: string;
  readonly principal: TrafficPrincipal;
  readonly args: ObservedArguments;
  /** Arguments that differ, the first of them. */
  readonly samples: readonly (Shape | undefined)[];
  calls: number;
  /** A person had to approve some of them. */
  isHeld: boolean;
}

/** Why something that was used is in no rule. */
export interface LeftOut {
  readonly what: string;
  readonly why: string;
}

const MOST_SAMPLES = 4;
/** Things times principals: a pack has at most 1000 rules of a kind. */
const MOST_USED = 4_000;
const MOST_LEFT_OUT = 200;
/** What a rule takes for more than itself, or does not take at all. */
const NOT_A_NAME = /[*\p{Cc}]/u;
const LONGEST = { tool: 256, prompt: 256, method: 128, resource: 2_048 } as const;
const LONGEST_PRINCIPAL = 253;

export class ObservedTraffic {
  readonly #used = new Map<string, Used>();
  readonly #leftOut = new Map<string, LeftOut>();
  readonly #tools = new Map<string, Readonly<Record<string, unknown>>>();
  /** Calls that were refused, or came to nothing: no rule allows them for having been tried. */
  refused = 0;
  allowed = 0;
  /** There was more than is kept. */
  isPartly = false;

  add(call: TrafficCall): void {
    const { kind, name, principal } = call;
    if (!wasAllowed(call)) {
      this.refused++;
      return;
    }
    this.allowed++;
    const why = whyNoRule(call);
    if (why !== undefined || principal === null) {
      this.#leave(`${kind} ${name}`, why ?? 'nobody knows whose calls they were');
      return;
    }
    const key = JSON.stringify([kind, name, principal.kind, principal.issuer, principal.name]);
    let used = this.#used.get(key);
    if (used === undefined) {
      if (this.#used.size === MOST_USED) {
        this.isPartly = true;
        return;
      }
      used = { kind, name, principal, args: new ObservedArguments(), samples: [], calls: 0, isHeld: false };
      this.#used.set(key, used);
    }
    note(used, call);
  }

  /** As the server lists it. */
  addTool(tool: Readonly<Record<string, unknown>>): void {
    if (typeof tool['name'] === 'string') this.#tools.set(tool['name'], tool);
  }

  /** By kind, name and principal, so that the same traffic gives the same pack. */
  get used(): readonly Used[] {
    return [...this.#used.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, used]) => used);
  }

  get tools(): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
    return this.#tools;
  }

  get leftOut(): readonly LeftOut[] {
    return [...this.#leftOut.values()];
  }

  #leave(what: string, why: string): void {
    if (this.#leftOut.size < MOST_LEFT_OUT) this.#leftOut.set(what, { what, why });
    else this.isPartly = true;
  }
}

function note(used: Used, { arguments: args, effect }: TrafficCall): void {
  used.calls++;
  used.isHeld ||= effect === 'RequireApproval';
  used.args.add(args);
  const samples = used.samples as (Shape | undefined)[];
  if (samples.length === MOST_SAMPLES) return;
  const written = JSON.stringify(args);
  if (!samples.some((sample) => JSON.stringify(sample) === written)) samples.push(args);
}

/** An answer that was an error is one all the same: the call was let through. */
function wasAllowed({ effect, outcome }: TrafficCall): boolean {
  return effect !== null && effect !== 'Deny' && outcome !== 'refused' && outcome !== 'pending';
}

function whyNoRule({ kind, name, principal }: TrafficCall): string | undefined {
  if (isMasked(name)) return 'its name holds something that is not kept';
  if (name === '' || name.length > LONGEST[kind] || NOT_A_NAME.test(name))
    return 'its name has a "*" or is none that a rule can name';
  if (principal === null) return undefined;
  if (principal.name === '' || principal.name.length > LONGEST_PRINCIPAL || NOT_A_NAME.test(principal.name))
    return 'a caller has a name that no rule can name';
  return undefined;
}
