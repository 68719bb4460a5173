import { expect, it } from 'vitest';
import { ApiError } from './api-error.ts';
import { InitialEvents, sendsNone } from './initial-events.ts';
import { defineResource, type KubeObject } from './resource.ts';
import type { WatchEvent } from './watch-stream.ts';

const event = (type: string, name: string, annotations?: Record<string, string>): WatchEvent => ({
  type,
  object: { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'a', name, ...(annotations && { annotations }) } },
});

it('gives what is there when the server says that this is all, each object once and as it is kept', () => {
  const kept = (object: KubeObject): KubeObject => ({ ...object, kind: 'Kept' });
  const initial = new InitialEvents(kept);
  const before = [event('ADDED', 'x'), event('ADDED', 'y'), event('MODIFIED', 'y'), event('DELETED', 'x')];
  for (const one of [...before, event('BOOKMARK', '')]) expect(initial.take(one)).toBeUndefined();
  const all = initial.take(event('BOOKMARK', '', { 'k8s.io/initial-events-end': 'true' }));
  expect(all?.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['Kept y']);
});

it.each([
  [422, true],
  [400, true],
  [403, false],
  [410, false],
  [500, false],
])('a refusal by %i means that the server sends none: %s', (status, expected) => {
  const resource = defineResource('v1', 'Pod', 'pods');
  expect(sendsNone(new ApiError({ verb: 'watch', resource }, status, {}))).toBe(expected);
  expect(sendsNone(new Error('no answer'))).toBe(false);
});
