/** The vocabulary in which each protocol revision lists its methods: what the gate does with each of them. */
import type { ClientRequest } from './client-request.ts';
import { type JsonObject, findMisspelled, foldedIndex, isObject } from './message.ts';

/** What a rule of a pack can name. */
export type TargetKind = 'tool' | 'resource' | 'prompt' | 'method';

export interface Target {
  readonly kind: TargetKind;
  /** Name of the tool or prompt, URI of the resource. */
  readonly name: string;
  /** Arguments of a tool; of the others, none are decided on. */
  readonly args: JsonObject | undefined;
}

/** Where a list result keeps its items and what identifies an item to a rule. */
export interface ListShape {
  readonly items: 'tools' | 'prompts' | 'resources' | 'resourceTemplates';
  readonly key: 'name' | 'uri' | 'uriTemplate';
  readonly kind: TargetKind;
}

export type MethodRule =
  /** Policy decides on each target; a string says what is wrong with the params. */
  | { readonly door: 'decide'; readonly targets: (params: JsonObject) => readonly Target[] | string }
  /** Like `decide`, for a stream that stays open. */
  | { readonly door: 'listen'; readonly targets: (params: JsonObject) => readonly Target[] | string }
  /** The answer is a list; items that the caller may not use are taken out. */
  | { readonly door: 'filter'; readonly list: ListShape }
  /** About a task: only for whom it was begun. The answer of `lists` names several, of which others' are taken out. */
  | { readonly door: 'task'; readonly lists: boolean }
  /** Nothing in it for a policy to decide. */
  | { readonly door: 'pass' };

/** What a server asks of its client: a policy decides on it, or nothing is in it to decide, or it cannot be read. */
export type ServerRequestRule = (params: JsonObject) => ClientRequest | 'pass' | { readonly problem: string };

/** No real name is longer. Matching costs time for each character, and all calls wait for it. */
const MAX_NAME_LENGTH = 1024;
/** Resources of one subscription; each is decided on. */
const MAX_SUBSCRIPTIONS = 1000;
const BAD_NAME = `"name" must be a string of at most ${MAX_NAME_LENGTH} characters`;
const BAD_REFERENCE = '"ref" must name a prompt or a resource';
const REFERENCE_FOLDED = foldedIndex(['type', 'name', 'uri']);
const NO_ARGUMENTS: JsonObject = Object.freeze({});

const NOT_BESIDE_A_NAME = ['uri', 'ref'];
const NOT_BESIDE_A_URI = ['ref'];
const NOT_BESIDE_A_REFERENCE = ['name', 'uri'];

export const PASS: MethodRule = { door: 'pass' };

export const USE_TASK: MethodRule = { door: 'task', lists: false };
export const LIST_TASKS: MethodRule = { door: 'task', lists: true };

export const ASK_NOTHING: ServerRequestRule = () => 'pass';
export const ASK_SAMPLING: ServerRequestRule = () => ({ kind: 'sampling', url: undefined });
export const ASK_ROOTS: ServerRequestRule = () => ({ kind: 'roots', url: undefined });

/** Since 2025-11-25 a server may also send a person to a page; without a mode it shows a form (MCP, Elicitation). */
export const ASK_ELICITATION: ServerRequestRule = ({ mode, url, elicitationId }) => {
  // Not every client takes what is without a mode for a form: one that is widely used goes by the members.
  const isUrl = mode === 'url' || (mode === undefined && (url !== undefined || elicitationId !== undefined));
  if (mode === 'form' || (mode === undefined && !isUrl)) return { kind: 'elicitation', url: undefined };
  if (!isUrl) return { problem: '"mode" must be "form" or "url"' };
  return typeof url === 'string' ? { kind: 'urlElicitation', url } : { problem: '"url" must be a string' };
};

export const CALL_TOOL: MethodRule = {
  door: 'decide',
  targets(params) {
    const { name } = params;
    // What null is to servers of Python, Go, Java and Rust: no arguments. Those of TypeScript refuse it themselves.
    const args = params['arguments'] ?? NO_ARGUMENTS;
    if (!isName(name)) return BAD_NAME;
    if (!isObject(args)) return '"arguments" must be an object';
    return secondName(params, NOT_BESIDE_A_NAME) ?? [{ kind: 'tool', name, args }];
  },
};

export const GET_PROMPT: MethodRule = {
  door: 'decide',
  targets(params) {
    const { name } = params;
    if (!isName(name)) return BAD_NAME;
    return secondName(params, NOT_BESIDE_A_NAME) ?? [prompt(name)];
  },
};

export const USE_RESOURCE: MethodRule = {
  door: 'decide',
  targets(params) {
    const { uri } = params;
    if (typeof uri !== 'string') return '"uri" must be a string';
    // Not "name": a resource has one of its own, and clients hand on what they found in a list.
    return secondName(params, NOT_BESIDE_A_URI) ?? [resource(uri)];
  },
};

/** Completion tells the server what is being typed for a prompt or a resource template. */
export const COMPLETE: MethodRule = {
  door: 'decide',
  targets(params) {
    const { ref } = params;
    if (!isObject(ref)) return BAD_REFERENCE;
    const misspelled = findMisspelled(ref, REFERENCE_FOLDED);
    if (misspelled !== undefined) return `in "ref" ${misspelled}`;
    const { type } = ref;
    // Serialisers of typed languages write null for what is not there.
    const [name, uri] = [ref['name'] ?? undefined, ref['uri'] ?? undefined];
    if (type === 'ref/prompt' ? !isName(name) : type !== 'ref/resource' || typeof uri !== 'string')
      return BAD_REFERENCE;
    // A server that goes by what is there instead of by the type would be asked about something nobody has decided on.
    if ((name !== undefined && !isName(name)) || (uri !== undefined && typeof uri !== 'string')) return BAD_REFERENCE;
    const named = [...(name === undefined ? [] : [prompt(name)]), ...(uri === undefined ? [] : [resource(uri)])];
    // What the type names comes first: it is what an approver is told of.
    return secondName(params, NOT_BESIDE_A_REFERENCE) ?? (type === 'ref/prompt' ? named : named.toReversed());
  },
};

const SUBSCRIPTIONS = 'resourceSubscriptions';
/** What of a subscription is decided on, and what it is about, by folded name. */
const DECIDED_ON = foldedIndex([SUBSCRIPTIONS, 'taskIds']);

/** One stream for several subscriptions; each resource it names is decided on. */
export const LISTEN: MethodRule = {
  door: 'listen',
  targets({ notifications }) {
    if (!isObject(notifications)) return '"notifications" must be an object';
    // Optional, so another spelling would be no subscription to us and one to a server that folds case.
    const misspelled = findMisspelled(notifications, DECIDED_ON);
    if (misspelled !== undefined) return misspelled;
    const uris = notifications[SUBSCRIPTIONS] ?? [];
    if (!Array.isArray(uris) || !uris.every((uri) => typeof uri === 'string')) {
      return '"notifications.resourceSubscriptions" must be a list of URIs';
    }
    if (uris.length > MAX_SUBSCRIPTIONS)
      return `"notifications.${SUBSCRIPTIONS}" may list at most ${MAX_SUBSCRIPTIONS}`;
    return uris.map(resource);
  },
};

export const LIST_TOOLS = list({ items: 'tools', key: 'name', kind: 'tool' });
export const LIST_PROMPTS = list({ items: 'prompts', key: 'name', kind: 'prompt' });
export const LIST_RESOURCES = list({ items: 'resources', key: 'uri', kind: 'resource' });
export const LIST_TEMPLATES = list({ items: 'resourceTemplates', key: 'uriTemplate', kind: 'resource' });

/** Every list there is: on a stream that carries answers to several requests the shape alone tells what an answer is. */
export const LIST_SHAPES: readonly ListShape[] = [LIST_TOOLS, LIST_PROMPTS, LIST_RESOURCES, LIST_TEMPLATES].map(
  (rule) => rule.list,
);

function list(shape: ListShape): { readonly door: 'filter'; readonly list: ListShape } {
  return { door: 'filter', list: shape };
}

/** A sentence about a name that belongs to another method: by which of two a server goes is not known, and one is decided on. */
function secondName(params: JsonObject, others: readonly string[]): string | undefined {
  for (const key of others) {
    if (params[key] !== undefined && params[key] !== null)
      return `${JSON.stringify(key)} names something else, and belongs to another method`;
  }
  return undefined;
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= MAX_NAME_LENGTH;
}

function prompt(name: string): Target {
  return { kind: 'prompt', name, args: undefined };
}

function resource(uri: string): Target {
  return { kind: 'resource', name: uri, args: undefined };
}
