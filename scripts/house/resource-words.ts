/**
 * How commands for people name our kinds. `mcpservers` is a plural of other projects too (mcp.x-k8s.io, kagent.dev,
 * toolhive.stacklok.dev), and kubectl takes the first group that discovery lists, in the order of the alphabet: a command that says
 * `mcpserver` alone shows, or deletes, what is theirs. So every command that we print has the group behind the resource, or the category.
 */
import { API_VERSION } from '../../core/api/common.ts';
import { CRD_KINDS } from '../../core/api/crd/kinds.ts';

const GROUP = API_VERSION.split('/')[0] ?? '';
const SHORT = new Set(
  Object.values(CRD_KINDS).flatMap(({ plural, singular, shortNames }) => shortNames.concat(plural, singular)),
);
const VERBS = new Set('annotate apply delete describe edit events explain get label patch scale wait'.split(' '));
/** Flags whose value is the next word. */
const WITH_VALUE = new Set(
  '-n -l -o -p -f -c --namespace --selector --output --patch --context --kubeconfig --as'.split(' '),
);

export interface ResourceWord {
  readonly verb: string;
  /** As it stands there: `mcpservers.sallyport.dev`. */
  readonly resource: string;
}

/** What the commands of kubectl in a text act on: every word at the place of a resource, and every `resource/name`. */
export function resourceWordsIn(text: string): ResourceWord[] {
  return text
    .split('kubectl ')
    .slice(1)
    .flatMap((rest) => inCommand(rest.split(END, 1)[0] ?? ''));
}

/** Where a command ends: its line, the next command, what it is quoted with. */
const END = /[\n`;|&"]|\\n/;

function inCommand(command: string): ResourceWord[] {
  const words = command.split(/\s+/).filter((word) => word !== '' && word !== '\\');
  const at = words.findIndex((word) => VERBS.has(word));
  const verb = words[at];
  if (verb === undefined) return [];
  const rest = words
    .slice(at + 1)
    .filter((word, index, all) => !word.startsWith('-') && !WITH_VALUE.has(all[index - 1] ?? ''));
  return rest
    .filter((word, index) => index === 0 || word.includes('/'))
    .flatMap((word) => word.split('/', 1)[0]?.split(',') ?? [])
    .map((resource) => ({ verb, resource: resource.replace(/[.:)'\]]+$/, '') }));
}

/** Those of them that may resolve to another project's kind. */
export function ambiguousIn(text: string): string[] {
  return resourceWordsIn(text).flatMap(({ verb, resource }) => (SHORT.has(resource) ? [`${verb} ${resource}`] : []));
}

/** Whether a word is one of our kinds in a form that resolves to ours. */
export function isOurs(resource: string): boolean {
  return resource.endsWith(`.${GROUP}`) || resource === 'sallyport';
}
