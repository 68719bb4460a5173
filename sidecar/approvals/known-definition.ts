/** What the server has said, to anybody, of what a held call names: what its approver is told, and what the approval is bound to. */
import type { Target } from '../../core/mcp/catalogue.ts';
import type { DefinitionCard } from '../../core/inspect/definitions/card.ts';
import { isSameDefinition } from '../../core/policy/same-definition.ts';
import type { DefinitionTable } from '../memory/definitions.ts';
import type { InputSchemas } from '../memory/input-schemas.ts';
import type { Approval } from './approval.ts';

export interface DefinitionParts {
  readonly definitions: Pick<DefinitionTable, 'last'>;
  readonly inputSchemas: Pick<InputSchemas, 'cardOf'>;
}

export interface KnownDefinition {
  /** Digest of the definition that was listed last; undefined where none was, or for what has none: a resource is data. */
  readonly pin: string | undefined;
  readonly card: DefinitionCard | undefined;
}

export function knownDefinitionOf(
  { kind, name }: Target,
  { definitions, inputSchemas }: DefinitionParts,
): KnownDefinition {
  const card = kind === 'tool' ? inputSchemas.cardOf(name) : undefined;
  const isPinned = kind === 'tool' || kind === 'prompt';
  return { card, pin: card?.digest ?? (isPinned ? definitions.last(kind, name)?.digest : undefined) };
}

/**
 * Whether the definition is another one than that by which the call was asked about. What this gate knew then and does not know any more
 * counts as changed: a server could list so many others that it is forgotten.
 */
export function isRedefined({ pin: asked, subject }: Approval, parts: DefinitionParts): boolean {
  const { pin: now } = knownDefinitionOf(subject.target, parts);
  return !isSameDefinition(asked, now) || (subject.pin !== undefined && subject.pin !== now);
}
