/** What can go wrong between us and the API server, in words that say what to do about it. */
import { groupOf, qualifiedName, type Ref, type Resource } from './resource.ts';

/** What was asked of the API server. */
export interface Attempt {
  /** As RBAC calls it. */
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'update' | 'delete';
  readonly resource: Resource;
  readonly ref?: Partial<Ref>;
  readonly subresource?: string | undefined;
}

/** The part of a `metav1.Status` that is used. */
export interface Status {
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: {
    readonly name?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  };
}

/** The API server answered, and the answer is no. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;
  /** What the API server said, and nothing else. */
  readonly said: string;
  readonly retryAfterMs: number | undefined;
  readonly causes: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  /** The kind itself is unknown to the server, not just this object. */
  readonly missingKind: boolean;

  constructor(attempt: Attempt, code: number, answer: Status, retryAfterMs?: number) {
    const missingKind = code === 404 && answer.details?.name === undefined;
    super(
      `cannot ${attempt.verb} ${subject(attempt)}: ${code} ${answer.message ?? answer.reason ?? ''}${mend(attempt, code, answer, missingKind)}`,
    );
    this.status = code;
    this.reason = answer.reason ?? '';
    this.said = answer.message ?? '';
    this.retryAfterMs = retryAfterMs ?? secondsToMs(answer.details?.retryAfterSeconds);
    this.causes = answer.details?.causes ?? [];
    this.missingKind = missingKind;
  }
}

/** No answer came, or not all of it. Whether the server acted on a write is not known. */
export class ApiUnreachableError extends Error {
  override readonly name = 'ApiUnreachableError';

  constructor(attempt: Attempt, server: string, cause: unknown) {
    super(
      `cannot ${attempt.verb} ${subject(attempt)}: no answer from the API server at ${server}: ${sentenceOf(cause)}`,
      { cause },
    );
  }
}

/** Somebody else wrote the object since we read it, or, of a create, was there first. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409;
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

function subject({ resource, ref, subresource }: Attempt): string {
  const what = subresource === undefined ? qualifiedName(resource) : `${qualifiedName(resource)}/${subresource}`;
  const where = ref?.namespace === undefined ? '' : `${ref.namespace}/`;
  if (ref?.name !== undefined) return `${what} ${where}${ref.name}`;
  return where === '' ? what : `${what} in namespace ${ref?.namespace}`;
}

function mend(attempt: Attempt, code: number, answer: Status, missingKind: boolean): string {
  // Admission answers 403 as well; only the authorizer says "cannot". Whom one may speak for is asked in the same words.
  if (code === 403 && /\bcannot (?!impersonate\b)\w+ resource\b/.test(answer.message ?? '')) {
    const { resource, verb, subresource } = attempt;
    const plural = subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`;
    // What is watched is listed as well, where the API server sends no initial events.
    const verbs = verb === 'watch' ? '"list", "watch"' : `"${verb}"`;
    return `. The missing RBAC rule: {apiGroups: ["${groupOf(resource)}"], resources: ["${plural}"], verbs: [${verbs}]}`;
  }
  if (code === 403 && /\bcannot \w+ path\b/.test(answer.message ?? '')) {
    const { resource, verb } = attempt;
    return `. The missing RBAC rule: {nonResourceURLs: ["${resource.plural}"], verbs: ["${verb}"]}`;
  }
  const { installedBy } = attempt.resource;
  if (missingKind && installedBy !== undefined) {
    return `. CRD ${qualifiedName(attempt.resource)} is not installed: ${installedBy}`;
  }
  if (missingKind) return `. The API server does not serve ${attempt.resource.apiVersion} ${attempt.resource.kind}`;
  if (code === 401) return '. The credentials in the kubeconfig or the ServiceAccount token are not accepted';
  return '';
}

function secondsToMs(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds <= 0 ? undefined : seconds * 1000;
}

/** undici wraps what happened; the innermost message is the one that tells. */
function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return sentenceOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return sentenceOf(error.cause);
  return error.message === '' ? error.name : error.message;
}
