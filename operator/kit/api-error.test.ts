import { describe, expect, it } from 'vitest';
import { ApiError, ApiUnreachableError, isConflict, type Attempt, type Status } from './api-error.ts';
import { RESOURCES } from './resource.ts';

const ref = { namespace: 'shop', name: 'github' };

describe('ApiError', () => {
  const table: { name: string; attempt: Attempt; code: number; answer: Status; says: string }[] = [
    {
      name: 'names the RBAC rule that is missing',
      attempt: { verb: 'patch', resource: RESOURCES.MCPServer, ref, subresource: 'status' },
      code: 403,
      answer: { message: 'User "x" cannot patch resource "mcpservers/status" in API group "sallyport.dev"' },
      says: 'cannot patch mcpservers.sallyport.dev/status shop/github: 403 User "x" cannot patch resource "mcpservers/status" in API group "sallyport.dev". The missing RBAC rule: {apiGroups: ["sallyport.dev"], resources: ["mcpservers/status"], verbs: ["patch"]}',
    },
    {
      name: 'does not take the refusal of an admission policy for a missing rule',
      attempt: { verb: 'create', resource: RESOURCES.Pod, ref },
      code: 403,
      answer: { message: 'pods "github" is forbidden: exceeded quota' },
      says: 'cannot create pods shop/github: 403 pods "github" is forbidden: exceeded quota',
    },
    {
      name: 'says how a missing CRD gets there',
      attempt: { verb: 'list', resource: RESOURCES.PolicyPack },
      code: 404,
      answer: { message: '404 page not found' },
      says: 'cannot list policypacks.sallyport.dev: 404 404 page not found. CRD policypacks.sallyport.dev is not installed: helm install sallyport-crds',
    },
    {
      name: 'says that a kind of Kubernetes itself is not served',
      attempt: { verb: 'get', resource: RESOURCES.MutatingAdmissionPolicy, ref: { name: 'x' } },
      code: 404,
      answer: { message: 'the server could not find the requested resource', details: {} },
      says: 'cannot get mutatingadmissionpolicies.admissionregistration.k8s.io x: 404 the server could not find the requested resource. The API server does not serve admissionregistration.k8s.io/v1 MutatingAdmissionPolicy',
    },
    {
      name: 'says no more of a missing object than that',
      attempt: { verb: 'get', resource: RESOURCES.MCPServer, ref },
      code: 404,
      answer: { message: 'mcpservers.sallyport.dev "github" not found', details: { name: 'github' } },
      says: 'cannot get mcpservers.sallyport.dev shop/github: 404 mcpservers.sallyport.dev "github" not found',
    },
    {
      name: 'names the namespace of a list',
      attempt: { verb: 'list', resource: RESOURCES.Pod, ref: { namespace: 'shop' } },
      code: 500,
      answer: { reason: 'InternalError' },
      says: 'cannot list pods in namespace shop: 500 InternalError',
    },
  ];
  it.each(table)('$name', ({ attempt, code, answer, says }) => {
    expect(new ApiError(attempt, code, answer).message).toBe(says);
  });

  it('takes the time to wait from the body when there is no header', () => {
    const attempt: Attempt = { verb: 'list', resource: RESOURCES.Pod };
    expect(new ApiError(attempt, 429, { details: { retryAfterSeconds: 3 } }).retryAfterMs).toBe(3_000);
    expect(new ApiError(attempt, 429, { details: { retryAfterSeconds: 3 } }, 1_000).retryAfterMs).toBe(1_000);
    expect(new ApiError(attempt, 429, {}).retryAfterMs).toBeUndefined();
  });

  it('knows a conflict', () => {
    const attempt: Attempt = { verb: 'update', resource: RESOURCES.Pod, ref };
    expect(isConflict(new ApiError(attempt, 409, {}))).toBe(true);
    expect(isConflict(new Error('409'))).toBe(false);
  });
});

describe('ApiUnreachableError', () => {
  it('shows what happened innermost', () => {
    const cause = new TypeError('fetch failed', {
      cause: new AggregateError([new Error('connect ECONNREFUSED ::1:6443')]),
    });
    expect(new ApiUnreachableError({ verb: 'get', resource: RESOURCES.Pod, ref }, 'https://k8s', cause).message).toBe(
      'cannot get pods shop/github: no answer from the API server at https://k8s: connect ECONNREFUSED ::1:6443',
    );
  });
});
