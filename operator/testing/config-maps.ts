/** ConfigMaps as an API server keeps them, in memory: versions, conflicts and merge patches, and failures on demand. */
import { ApiError } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import type { KubeObjectInput, RawObject, Ref } from '../kit/resource.ts';

export class ConfigMaps {
  readonly objects = new Map<string, RawObject>();
  /** `create name`, `patch name`, also of those that failed. */
  readonly writes: string[] = [];
  /** Called before each write: may write itself, or throw. */
  beforeWrite: () => void = () => {};
  #version = 0;

  find = (_: unknown, { name }: Ref): Promise<never> =>
    Promise.resolve(structuredClone(this.objects.get(name)) as never);

  create = (_: unknown, object: KubeObjectInput): Promise<never> => {
    const name = object.metadata.name ?? '';
    this.writes.push(`create ${name}`);
    return this.#attempt(() => {
      if (this.objects.has(name)) throw refusal(409);
      return this.put(name, (object as RawObject).data ?? {}, object.metadata);
    });
  };

  mergePatch = (_: unknown, { name }: Ref, patch: object): Promise<never> => {
    this.writes.push(`patch ${name}`);
    const { metadata, data = {} } = patch as {
      metadata?: { resourceVersion?: string };
      data?: Record<string, string | null>;
    };
    return this.#attempt(() => {
      const stored = this.objects.get(name);
      if (stored === undefined) throw refusal(404);
      const isStale =
        metadata?.resourceVersion !== undefined && metadata.resourceVersion !== stored.metadata.resourceVersion;
      if (isStale) throw refusal(409);
      const merged = Object.entries({ ...stored.data, ...data }).filter(
        (pair): pair is [string, string] => pair[1] !== null,
      );
      return this.put(name, Object.fromEntries(merged), stored.metadata);
    });
  };

  put(name: string, data: Record<string, string>, metadata: Partial<RawObject['metadata']> = {}): RawObject {
    this.#version += 1;
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { uid: `uid-${name}`, ...metadata, name, resourceVersion: String(this.#version) },
      data,
    };
    this.objects.set(name, object);
    return object;
  }

  #attempt(write: () => RawObject): Promise<never> {
    try {
      this.beforeWrite();
      return Promise.resolve(structuredClone(write()) as never);
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

export function refusal(status: number): ApiError {
  return new ApiError({ verb: 'patch', resource: RESOURCES.ConfigMap }, status, {});
}
