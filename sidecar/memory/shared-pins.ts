/** Pins as all gates of a server go by them: what one was faster with is what the others compare with. Kept by the operator. */
import type { DefinitionKind } from '../../core/inspect/definitions/definition.ts';
import { inspectName, KnownNames } from '../../core/inspect/definitions/names.ts';
import type { Finding } from '../../core/inspect/finding.ts';
import type { Pins } from '../../core/policy/definitions.ts';
import { isObject } from '../../core/mcp/message.ts';
import type { DefinitionName } from './definition-lines.ts';

/** Whoever keeps the pins of all gates. */
export interface PinKeeper {
  /** It does not answer. */
  readonly isAlone: boolean;
  /** `bytes`: the JSON text of the definition. `isShown`: clients see it. */
  tell(of: DefinitionName, bytes: Buffer, isShown: boolean): void;
}

/** As the operator gives it. */
export interface SharedSnapshot {
  readonly pins: readonly SharedPin[];
  readonly clashes: readonly { readonly tool: string; readonly server: string; readonly other: string }[];
}

interface SharedPin {
  readonly kind: string;
  readonly name: string;
  readonly first: string | undefined;
  readonly accepted: readonly string[];
  readonly refused: readonly string[];
}

/** Undefined for anything else. Of a later version there may be more in it. */
export function readSnapshot(value: unknown): SharedSnapshot | undefined {
  if (!isObject(value) || !Array.isArray(value['pins'])) return undefined;
  const clashes: unknown[] = Array.isArray(value['clashes']) ? value['clashes'] : [];
  return {
    pins: value['pins'].flatMap((pin: unknown) => readPin(pin) ?? []),
    clashes: clashes.filter(
      (one): one is SharedSnapshot['clashes'][number] =>
        isObject(one) && [one['tool'], one['server'], one['other']].every((name) => typeof name === 'string'),
    ),
  };
}

function readPin(value: unknown): SharedPin | undefined {
  if (!isObject(value)) return undefined;
  const { kind, name, first, accepted, refused } = value;
  if (typeof kind !== 'string' || typeof name !== 'string') return undefined;
  return {
    kind,
    name,
    first: typeof first === 'string' ? first : undefined,
    accepted: stringsIn(accepted),
    refused: stringsIn(refused),
  };
}

function stringsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

interface Known {
  readonly first: string | undefined;
  readonly accepted: ReadonlySet<string>;
  readonly refused: ReadonlySet<string>;
}

const NOTHING: SharedSnapshot = { pins: [], clashes: [] };

export class SharedPins {
  readonly #pins: ReadonlyMap<string, Known>;
  readonly #clashes: ReadonlyMap<string, SharedSnapshot['clashes'][number]>;
  /** Made when somebody asks: a server may have thousands of names that clash. */
  readonly #findings = new Map<string, Finding | undefined>();

  constructor({ pins, clashes }: SharedSnapshot = NOTHING) {
    this.#pins = new Map(
      pins.map(({ kind, name, first, accepted, refused }) => [
        `${kind} ${name}`,
        { first, accepted: new Set(accepted), refused: new Set(refused) },
      ]),
    );
    this.#clashes = new Map(clashes.map((clash) => [clash.tool, clash]));
  }

  hasFirst(kind: DefinitionKind, name: string): boolean {
    return this.#pins.get(`${kind} ${name}`)?.first !== undefined;
  }

  /** `own`: what this gate knows by itself. Where another gate has seen the name first, that counts. */
  pinsOf(kind: DefinitionKind, name: string, own: Pins): Pins {
    const shared = this.#pins.get(`${kind} ${name}`);
    if (shared === undefined) return own;
    const { refused } = shared;
    const accepted = own.accepted.size === 0 ? shared.accepted : new Set([...own.accepted, ...shared.accepted]);
    return { ...own, first: shared.first ?? own.first, accepted, refused };
  }

  clashOf(tool: string): Finding | undefined {
    const clash = this.#clashes.get(tool);
    if (clash === undefined) return undefined;
    if (!this.#findings.has(tool)) {
      const known = new KnownNames([{ name: clash.other, owner: `the server ${clash.server}` }]);
      this.#findings.set(tool, inspectName(tool, known));
    }
    return this.#findings.get(tool);
  }
}
