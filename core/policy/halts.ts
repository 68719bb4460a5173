/** What the packs of a bundle halt, made ready for whoever asks. */
import type { Target } from '../mcp/catalogue.ts';
import type { Bundle } from './bundle.ts';
import { GlobSet } from './glob-set.ts';
import type { Principal } from './principal.ts';
import { type BundleHalt, haltId } from './rules/halt.ts';
import { PrincipalSet } from './rules/principals.ts';

export interface Halt {
  /** `namespace/pack#halt`. */
  readonly id: string;
  readonly said: BundleHalt;
}

interface Ready extends Halt {
  /** Undefined: everyone, also those of whom nothing is known. */
  readonly principals: PrincipalSet | undefined;
  /** Undefined: everything. */
  readonly tools: GlobSet<true> | undefined;
}

export class Halts {
  readonly #halts: readonly Ready[];

  private constructor(halts: readonly Ready[]) {
    this.#halts = halts;
  }

  /** Undefined: nothing is halted. */
  static of(packs: Bundle['packs']): Halts | undefined {
    const halts = packs.flatMap(({ ref, mode, halt }) =>
      halt === undefined || mode === 'Shadow' ? [] : [readyOf(haltId(ref), halt)],
    );
    return halts.length === 0 ? undefined : new Halts(halts);
  }

  /** Of all that a principal does. */
  ofAll(principal: Principal | undefined): Halt | undefined {
    return this.#halts.find((halt) => halt.tools === undefined && isMeant(halt, principal));
  }

  /** Of all that it does, or of what it does with these. */
  of(principal: Principal | undefined, targets: readonly Target[]): Halt | undefined {
    return this.#halts.find(
      (halt) => isMeant(halt, principal) && (halt.tools === undefined || targets.some((one) => isAmong(one, halt))),
    );
  }
}

function readyOf(id: string, said: BundleHalt): Ready {
  const principals = said.principals === null ? undefined : new PrincipalSet(said.principals);
  if (said.tools === null) return { id, said, principals, tools: undefined };
  const tools = new GlobSet<true>('name');
  for (const pattern of said.tools) tools.add(pattern, true);
  return { id, said, principals, tools };
}

function isMeant({ principals }: Ready, principal: Principal | undefined): boolean {
  return principals === undefined || (principal !== undefined && principals.has(principal));
}

function isAmong({ kind, name }: Target, { tools }: Ready): boolean {
  return kind === 'tool' && (tools?.match(name).length ?? 0) > 0;
}
