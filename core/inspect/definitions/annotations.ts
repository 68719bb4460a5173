/** Hints and titles that say something else than the name: clients ask no person where a tool says that it only reads. */
import { evidenceOf, type Finding } from '../finding.ts';
import type { Definition } from './definition.ts';
import { spacedName, wordsOf } from './words.ts';

export const ANNOTATION_REASONS = ['read-only-changes', 'harmless-destroys', 'title-contradicts'] as const;
export type AnnotationReason = (typeof ANNOTATION_REASONS)[number];

const READS = new Set([
  ...[
    'get',
    'list',
    'search',
    'read',
    'find',
    'fetch',
    'show',
    'describe',
    'view',
    'query',
    'count',
    'check',
    'lookup',
  ],
  ...[
    'browse',
    'inspect',
    'explain',
    'validate',
    'preview',
    'compare',
    'analyze',
    'estimate',
    'help',
    'is',
    'has',
    'can',
  ],
  ...[
    'suggest',
    'recommend',
    'generate',
    'render',
    'convert',
    'format',
    'parse',
    'calculate',
    'plan',
    'test',
    'should',
  ],
]);
const DESTROYS = new Set([
  'delete',
  'remove',
  'drop',
  'destroy',
  'purge',
  'wipe',
  'erase',
  'truncate',
  'kill',
  'terminate',
  'uninstall',
  'revoke',
]);
const CHANGES = new Set([
  ...['write', 'create', 'update', 'insert', 'send', 'publish', 'transfer', 'pay', 'edit', 'rename', 'move', 'upload'],
  ...['deploy', 'merge', 'commit', 'push', 'execute', 'install', 'restart', 'cancel', 'refund', 'overwrite', 'modify'],
]);

type Verb = 'reads' | 'changes' | 'destroys';

export function inspectAnnotations({ kind, name, value }: Definition): Finding | undefined {
  if (kind !== 'tool') return undefined;
  const verb = verbOf(name);
  if (verb === undefined || verb === 'reads') return undefined;
  const { annotations } = value;
  const hints = typeof annotations === 'object' && annotations !== null ? (annotations as Record<string, unknown>) : {};
  if (hints['readOnlyHint'] === true)
    return found(
      'read-only-changes',
      'The tool says that it only reads, and its name that it changes something.',
      name,
    );
  if (verb === 'destroys' && hints['destructiveHint'] === false)
    return found('harmless-destroys', 'The tool says that it destroys nothing, and its name that it does.', name);
  for (const title of [value['title'], hints['title']]) {
    if (verb === 'destroys' && typeof title === 'string' && verbOf(title) === 'reads')
      return found('title-contradicts', 'The title says that the tool reads, and its name that it destroys.', title);
  }
  return undefined;
}

const MAX_NAME = 256;

/** Of the first word that is a verb known here: `list_deleted`, `get_delete_status` read. */
function verbOf(name: string): Verb | undefined {
  for (const word of wordsOf(spacedName(name.slice(0, MAX_NAME))).words) {
    if (READS.has(word)) return 'reads';
    if (DESTROYS.has(word)) return 'destroys';
    if (CHANGES.has(word)) return 'changes';
  }
  return undefined;
}

function found(reason: AnnotationReason, message: string, evidence: string): Finding {
  const mend = 'Trust the name, and ask a person.';
  return {
    detector: 'annotations',
    reason,
    message: `${message} ${mend}`,
    span: undefined,
    evidence: evidenceOf(evidence),
  };
}
