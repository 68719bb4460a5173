/** All that is found in one definition: what it depends on is its text, and what else its server and its neighbours are called. */
import { type Finding, evidenceOf } from '../finding.ts';
import { inspectHiddenText } from '../hidden-text.ts';
import { inspectAnnotations } from './annotations.ts';
import { skeletonOf } from './confusables.ts';
import type { Definition } from './definition.ts';
import { inspectModelInstructions } from './model-instructions.ts';
import { inspectName, type KnownNames } from './names.ts';
import { inspectOtherTools } from './other-tools.ts';
import { inspectSchema } from './schema-tricks.ts';
import { type DefinitionText, textsOf } from './texts.ts';
import { parseJson } from '../../mcp/parse-json.ts';

export interface Surroundings {
  /** Skeletons of the names of the tools and prompts that the server has; undefined where they are not known. */
  readonly own?: ReadonlySet<string> | undefined;
  /** Names of others that it may be taken for. */
  readonly known?: KnownNames | undefined;
}

/** Of each lint; a definition that is one big finding needs no list of them. */
const MAX_FINDINGS = 5;

export interface DefinitionFinding extends Finding {
  /** JSON pointer (RFC 6901) into the definition; empty where it is about all of it. */
  readonly pointer: string;
}

export function inspectDefinition(definition: Definition, { own, known }: Surroundings = {}): DefinitionFinding[] {
  const gathered = textsOf(definition);
  const findings = new Findings();
  const isOwn = own === undefined ? undefined : ownNames(own, gathered.texts);
  for (const text of gathered.texts) {
    findings.add(hiddenTextIn(text), text.pointer);
    findings.add(inspectModelInstructions(text), text.pointer);
    if (isOwn !== undefined) findings.add(inspectOtherTools(text, isOwn), text.pointer);
  }
  if (definition.kind === 'tool' || definition.kind === 'prompt')
    findings.add(inspectName(definition.name, known), '/name');
  for (const { finding, pointer } of inspectSchema(definition, gathered)) findings.add(finding, pointer);
  findings.add(inspectAnnotations(definition), '/annotations');
  return findings.all;
}

/** Of what is many, and data more than definition: for hidden text alone. */
export function inspectForHiddenText(definition: Pick<Definition, 'value'>): DefinitionFinding[] {
  const findings = new Findings();
  for (const text of textsOf(definition).texts) findings.add(hiddenTextIn(text), text.pointer);
  return findings.all;
}

function hiddenTextIn({ text, role, pointer }: DefinitionText): Finding | undefined {
  const finding = inspectHiddenText(text, role === 'name' ? 'name' : 'prose');
  if (finding === undefined) return undefined;
  return { ...finding, message: finding.message.replace('The text ', `The text at ${evidenceOf(pointer)} `) };
}

function ownNames(own: ReadonlySet<string>, texts: readonly DefinitionText[]): (skeleton: string) => boolean {
  const parameters = new Set<string>();
  for (const { role, text } of texts) if (role !== 'prose' && text.length <= MAX_NAME) parameters.add(skeletonOf(text));
  return (skeleton) => own.has(skeleton) || parameters.has(skeleton);
}

const MAX_NAME = 128;

class Findings {
  readonly all: DefinitionFinding[] = [];
  readonly #counts = new Map<string, number>();

  add(finding: Finding | undefined, pointer: string): void {
    if (finding === undefined) return;
    const count = this.#counts.get(finding.detector) ?? 0;
    this.#counts.set(finding.detector, count + 1);
    if (count < MAX_FINDINGS) this.all.push({ ...finding, pointer });
  }
}

/**
 * For `sallyport eval`: the first finding in the JSON text of an entry of `tools/list`; what is no JSON is taken for a description.
 * Without `otherTools`, because the other tools of the server are not there.
 */
export function inspectToolDefinition(text: string): Finding | undefined {
  const value = entryIn(text) ?? { description: text };
  const name = typeof value['name'] === 'string' ? value['name'] : '';
  return inspectDefinition({ kind: 'tool', name, value })[0];
}

function entryIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = parseJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
