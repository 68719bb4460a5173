/**
 * What is there already, as a watch brings it (`sendInitialEvents`, KEP-3157): one object after the other instead of a list, so neither
 * side holds all of it as text. On by default since Kubernetes 1.34; a server that does not know it, or has it turned off, refuses.
 */
import { ApiError } from './api-error.ts';
import type { KubeObject } from './resource.ts';
import { keyOf } from './store.ts';
import type { WatchEvent } from './watch-stream.ts';

const END = 'k8s.io/initial-events-end';

export class InitialEvents<T extends KubeObject> {
  readonly #objects = new Map<string, T>();
  readonly #keep: (object: T) => T;

  constructor(keep: (object: T) => T) {
    this.#keep = keep;
  }

  /** All that is there, once the event says that this is all. */
  take({ type, object }: WatchEvent): T[] | undefined {
    switch (type) {
      case 'ADDED':
      case 'MODIFIED':
        this.#objects.set(keyOf(object), this.#keep(object as unknown as T));
        return undefined;
      case 'DELETED':
        this.#objects.delete(keyOf(object));
        return undefined;
      default:
        return type === 'BOOKMARK' && object.metadata.annotations?.[END] === 'true'
          ? [...this.#objects.values()]
          : undefined;
    }
  }
}

/** Whether the API server has refused because it sends no initial events: 422 where a feature gate turns them off, 400 by others in between. */
export function sendsNone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 422 || error.status === 400);
}
