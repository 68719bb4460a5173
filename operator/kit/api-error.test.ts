import { describe, expect, it } from 'vitest';
import { ApiError, ApiUnreachableError, isConflict, type Attempt, type Status } from './api-error.ts';
import { RESOURCES } from './kubernetes-resources.ts';
import { defineResource, type Resource } from './resource.ts';

const widgets: Resource = {
  ...defineResource('example.com/v1', 'Widget', 'widgets'),
  installedBy: 'kubectl apply -f widgets.yaml',
};
const ref = { namespace: 'shop', name: 'github' };

describe('ApiError', () => {
  const table: { name: string; attempt: Attempt; code: number; answer: Status; says: string }[] = [
    {
      name: 'names the RBAC rule that is missing',
      attempt: { verb: 'patch', resource: widgets, ref, subresource: 'status' },
      code: 403,
      answer: { message: 'User "x" cannot patch resource "widgets/status" in API group "example.com"' },
      says: 'cannot patch widgets.example.com/status shop/github: 403 User "x" cannot patch resource "widgets/status" in API group "example.com". The missing RBAC rule: {apiGroups: ["example.com"], resources: ["widgets/status"], verbs: ["patch"]}',
    },
    {
      name: 'asks for both of what a watch needs: it lists too, where the server sends no initial events',
      attempt: { verb: 'watch', resource: widgets },
      code: 403,
      answer: { message: 'User "x" cannot watch resource "widgets" in API group "example.com"' },
      says: 'cannot watch widgets.example.com: 403 User "x" cannot watch resource "widgets" in API group "example.com". The missing RBAC rule: {apiGroups: ["example.com"], resources: ["widgets"], verbs: ["list", "watch"]}',
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
      attempt: { verb: 'list', resource: widgets },
      code: 404,
      answer: { message: '404 page not found' },
      says: 'cannot list widgets.example.com: 404 404 page not found. CRD widgets.example.com is not installed: kubectl apply -f widgets.yaml',
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
      attempt: { verb: 'get', resource: widgets, ref },
      code: 404,
      answer: { message: 'widgets.example.com "github" not found', details: { name: 'github' } },
      says: 'cannot get widgets.example.com shop/github: 404 widgets.example.com "github" not found',
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
