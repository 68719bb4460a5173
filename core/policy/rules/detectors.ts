/** The detectors of a pack on the arguments of all tools: each string is looked at as what its name says it is. */
import * as z from 'zod';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { Condition } from '../../conditions/condition.ts';
import { typeByName } from '../../inspect/typing/by-name.ts';
import { type DefaultDetector, defaultDetector, isOnlyRecorded, type ReadOnce } from '../../inspect/typing/defaults.ts';
import { type Text, visitTexts } from '../../inspect/typing/texts.ts';
import type { Finding } from '../../inspect/finding.ts';
import { fold, workOfFold } from '../../mcp/fold.ts';
import type { JsonObject } from '../../mcp/message.ts';
import { MAX_FINDINGS, type PlacedFinding } from '../findings.ts';
import { GlobSet } from '../glob-set.ts';
import type { Inspection, Meter } from '../inspection.ts';
import { strings } from './field.ts';
import { compileWhen, type ReadCondition, whenSchema } from './when.ts';

export const detectorsSchema = z.strictObject({
  /** `namespace/pack#detectors`. */
  id: z.string(),
  use: z.literal('Default'),
  except: z.array(z.strictObject({ tools: strings.nullable(), parameters: strings })).readonly(),
  /** Absent: always. The feature `inspections.when`. */
  when: whenSchema.exactOptional(),
});
export type BundleDetectors = Readonly<z.infer<typeof detectorsSchema>>;

export function compileDetectors(
  pack: string,
  { detectors: said }: PolicyPack['spec'],
  read: ReadCondition,
): { detectors?: BundleDetectors; shadowDetectors?: BundleDetectors } {
  if (said === undefined) return {};
  const except = (said.except ?? []).map(({ tools, parameters }) => ({ tools: tools ?? null, parameters }));
  const compiled: BundleDetectors = {
    id: `${pack}#detectors`,
    use: said.use,
    except,
    ...compileWhen(said, 'tool', read),
  };
  return said.mode === 'Shadow' ? { shadowDetectors: compiled } : { detectors: compiled };
}

/** Of two versions, all that either looks at: for gates that can enforce neither as it is (see for-gates.ts). */
export function bothDetectors(
  one: BundleDetectors | undefined,
  other: BundleDetectors | undefined,
): { readonly detectors?: BundleDetectors } {
  const either = one ?? other;
  if (one === undefined || other === undefined) return either === undefined ? {} : { detectors: either };
  const said = new Set(other.except.map((entry) => canonicalJson(entry)));
  const { when, ...always } = one;
  const looks = when !== undefined && when.text === other.when?.text ? one : always;
  return { detectors: { ...looks, except: one.except.filter((entry) => said.has(canonicalJson(entry))) } };
}

/** What a string costs beside its detector: its name is read. */
const NAME_WORK = 16;

interface Look {
  readonly tool: string;
  readonly read: ReadOnce;
  /** For what is only recorded. */
  readonly readText: ReadOnce;
  readonly meter: Meter;
  /** For which the call is denied. */
  readonly found: PlacedFinding[];
  /** What is only recorded. */
  readonly recorded: PlacedFinding[];
  /** By name, so that each is read once. */
  readonly detectors: Map<string, DefaultDetector | undefined>;
}

export interface FoundInArguments {
  /** False: it is recorded, and the call goes on. */
  readonly denies: boolean;
  readonly findings: readonly PlacedFinding[];
}

/** Ready to be asked. */
export class PackDetectors {
  readonly id: string;
  readonly shadow: boolean;
  /** Null: they look at every call. */
  readonly when: Condition | null;
  /** By folded name of a parameter, the tools for which it is left out; null: all. */
  readonly #except = new Map<string, GlobSet<true> | null>();

  constructor({ id, except, when }: BundleDetectors, shadow: boolean) {
    this.when = when === undefined ? null : new Condition(when.tree);
    this.id = id;
    this.shadow = shadow;
    for (const { tools, parameters } of except) for (const name of parameters) this.#leaveOut(fold(name), tools);
  }

  /** Undefined where nothing is found, and where `meter` is exhausted: then nothing is known. */
  inspect(tool: string, args: JsonObject, inspection: Inspection, meter: Meter): FoundInArguments | undefined {
    const read: ReadOnce = (reader, value) => inspection.read(reader, value, meter);
    // What refuses nothing must not use up the budget, which would.
    const readText: ReadOnce = (reader, value) => inspection.read(reader, value, inspection.shadow);
    const [found, recorded]: [PlacedFinding[], PlacedFinding[]] = [[], []];
    const look: Look = { tool, read, readText, meter, found, recorded, detectors: new Map() };
    visitTexts(args, (text) => this.#look(look, text));
    if (meter.exhausted || found.length + recorded.length === 0) return undefined;
    // What is only recorded must not stand in front of what a call is denied for.
    return found.length > 0 ? { denies: true, findings: found } : { denies: false, findings: recorded };
  }

  #leaveOut(parameter: string, tools: readonly string[] | null): void {
    const known = this.#except.get(parameter);
    if (known === null) return;
    if (tools === null) {
      this.#except.set(parameter, null);
      return;
    }
    const globs = known ?? new GlobSet<true>('name');
    for (const pattern of tools) globs.add(pattern, true);
    this.#except.set(parameter, globs);
  }

  /** False once nothing more is wanted. */
  #look(look: Look, { pointer, name, value }: Text): boolean {
    const { tool, meter, found, recorded } = look;
    if (!meter.spend(NAME_WORK)) return false;
    const detector = value === '' ? undefined : this.#detectorOf(name, look);
    if (meter.exhausted) return false;
    if (detector === undefined || this.#isLeftOut(name, tool)) return true;
    const isRecorded = isOnlyRecorded(detector);
    const finding = askedSafely(detector, value, isRecorded ? look.readText : look.read);
    if (finding !== undefined) {
      const placed = { ...finding, rule: this.id, pointer };
      // However much is recorded, what is looked for to be denied is looked for.
      if (!isRecorded) found.push(placed);
      else if (recorded.length < MAX_FINDINGS) recorded.push(placed);
    }
    return !meter.exhausted && found.length < MAX_FINDINGS;
  }

  #detectorOf(name: string, { detectors, meter }: Look): DefaultDetector | undefined {
    if (detectors.has(name)) return detectors.get(name);
    const said = meter.spend(workOfFold(name)) ? typeByName(plain(name)) : undefined;
    const detector = said === undefined ? undefined : defaultDetector(said.type, said.ending);
    detectors.set(name, detector);
    return detector;
  }

  #isLeftOut(name: string, tool: string): boolean {
    if (this.#except.size === 0) return false;
    const tools = this.#except.get(fold(name));
    return tools === null || (tools !== undefined && tools.groups(tool, undefined).length > 0);
  }
}

const NO_ASCII = /[^\0-\x7f]+/g;

/** Letters that some server takes for those of ASCII are these; the humps of camel case stay. */
function plain(name: string): string {
  return name.replace(NO_ASCII, fold);
}

/** Of what throws nothing is known, so it is found. */
function askedSafely(detector: DefaultDetector, value: string, read: ReadOnce): Finding | undefined {
  try {
    return detector(value, read);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    const message = `The inspection failed (${name}), so nothing is known of the value. Call again with a plain value.`;
    return { detector: 'default', reason: 'failed', message, span: undefined, evidence: '' };
  }
}
