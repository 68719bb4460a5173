/** The detectors of a pack on the arguments of all tools: each string is looked at as what its name says it is. */
import * as z from 'zod';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { typeByName } from '../../inspect/typing/by-name.ts';
import { type DefaultDetector, defaultDetector, type ReadOnce } from '../../inspect/typing/defaults.ts';
import type { Finding } from '../../inspect/finding.ts';
import { fold } from '../../mcp/fold.ts';
import type { JsonObject } from '../../mcp/message.ts';
import { escapePart, MAX_FINDINGS, type PlacedFinding } from '../findings.ts';
import { GlobSet } from '../glob-set.ts';
import type { Inspection, Meter } from '../inspection.ts';
import { strings } from './field.ts';

export const detectorsSchema = z.strictObject({
  /** `namespace/pack#detectors`. */
  id: z.string(),
  use: z.literal('Default'),
  except: z.array(z.strictObject({ tools: strings.nullable(), parameters: strings })).readonly(),
});
export type BundleDetectors = Readonly<z.infer<typeof detectorsSchema>>;

export function compileDetectors(
  pack: string,
  { detectors: said }: PolicyPack['spec'],
): { detectors?: BundleDetectors; shadowDetectors?: BundleDetectors } {
  if (said === undefined) return {};
  const except = (said.except ?? []).map(({ tools, parameters }) => ({ tools: tools ?? null, parameters }));
  const compiled: BundleDetectors = { id: `${pack}#detectors`, use: said.use, except };
  return said.mode === 'Shadow' ? { shadowDetectors: compiled } : { detectors: compiled };
}

/** What a string costs beside its detector: its name is read. */
const NAME_WORK = 16;
/** Deeper ones, which strict JSON does not let in, would be no arguments. */
const MAX_DEPTH = 128;

interface Look {
  readonly tool: string;
  readonly read: ReadOnce;
  readonly meter: Meter;
  readonly found: PlacedFinding[];
}

/** Ready to be asked. */
export class PackDetectors {
  readonly id: string;
  readonly shadow: boolean;
  /** By folded name of a parameter, the tools for which it is left out; null: all. */
  readonly #except = new Map<string, GlobSet<true> | null>();

  constructor({ id, except }: BundleDetectors, shadow: boolean) {
    this.id = id;
    this.shadow = shadow;
    for (const { tools, parameters } of except) for (const name of parameters) this.#leaveOut(fold(name), tools);
  }

  /** Undefined where nothing is found, and where `meter` is exhausted: then nothing is known. */
  inspect(tool: string, args: JsonObject, inspection: Inspection, meter: Meter): readonly PlacedFinding[] | undefined {
    const read: ReadOnce = (reader, value) => inspection.read(reader, value, meter);
    const found: PlacedFinding[] = [];
    this.#visit({ tool, read, meter, found }, '', '', args, 0);
    return meter.exhausted || found.length === 0 ? undefined : found;
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

  /** `name`: of the nearest member of an object, since the items of a list are what the list is. */
  #visit(look: Look, pointer: string, name: string, value: unknown, depth: number): void {
    if (look.meter.exhausted || look.found.length >= MAX_FINDINGS || depth > MAX_DEPTH) return;
    if (typeof value === 'string') this.#look(look, pointer, name, value);
    else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.#visit(look, `${pointer}/${index}`, name, item, depth + 1);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        this.#visit(look, `${pointer}/${escapePart(key)}`, key, member, depth + 1);
      }
    }
  }

  #look({ tool, read, meter, found }: Look, pointer: string, name: string, value: string): void {
    if (value === '' || !meter.spend(NAME_WORK)) return;
    const type = typeByName(name)?.type;
    const detector = type === undefined ? undefined : defaultDetector(type);
    if (detector === undefined || this.#isLeftOut(name, tool)) return;
    const finding = askedSafely(detector, value, read);
    if (finding !== undefined) found.push({ ...finding, rule: this.id, pointer });
  }

  #isLeftOut(name: string, tool: string): boolean {
    if (this.#except.size === 0) return false;
    const tools = this.#except.get(fold(name));
    return tools === null || (tools !== undefined && tools.groups(tool, undefined).length > 0);
  }
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
