/**
 * Second step: who is it? Proven by a bearer token, or nobody (RFC 6750). Where the server checks tokens itself, the gate knows
 * nobody: it cannot tell a good token from a bad one.
 */
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { BundleServer } from '../../../core/policy/bundle.ts';
import { ANONYMOUS } from '../../../core/policy/principal.ts';
import type { Gate } from '../../gate.ts';
import type { Call } from '../../call/call.ts';

const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/** A client that sends a token is never served as anonymous: its owner believes it to be known. */
export function identify(call: Call, gate: Gate): Refusal | undefined {
  // On stdio the operating system has proven it already.
  if (call.principal !== undefined) return undefined;
  const access = call.policy?.bundle.server.access;
  const { authorization } = call.headers;
  if (authorization === undefined || access?.authorization === 'Server') {
    if (!servesUnknown(access)) {
      return refuse('unauthenticated', 'send "Authorization: Bearer <token>"; `sallyport token create NAME` makes one');
    }
    call.principal = ANONYMOUS;
    return undefined;
  }
  const token = BEARER.exec(authorization)?.[1];
  call.principal = token === undefined ? undefined : gate.tokens.find(token);
  return call.principal === undefined ? refuse('unauthenticated', 'this token is not known') : undefined;
}

/** Whether what proved the principal when the call came in still does; a call may be held for minutes. */
export function isStillProven(call: Call, gate: Gate): boolean {
  const { principal } = call;
  if (principal === undefined) return false;
  switch (principal.kind) {
    case 'local':
      return true;
    case 'anonymous':
      return servesUnknown(gate.policy.current()?.bundle.server.access);
    case 'token': {
      const token = BEARER.exec(call.headers.authorization ?? '')?.[1];
      const now = token === undefined ? undefined : gate.tokens.find(token);
      return now?.name === principal.name && sameGroups(now.groups, principal.groups);
    }
  }
}

function servesUnknown(access: BundleServer['access'] | undefined): boolean {
  return access?.anonymous === true || access?.authorization === 'Server';
}

function sameGroups(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((group) => b.includes(group));
}

/** RFC 6750 §3: no error code when no credentials were sent. */
export function challenge(call: Call): string {
  return call.headers.authorization === undefined
    ? 'Bearer realm="sallyport"'
    : 'Bearer realm="sallyport", error="invalid_token", error_description="The token is not known to this server"';
}
