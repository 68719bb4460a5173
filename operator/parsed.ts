/** Custom resources as the schemas read them. What admission let through before it ran, or while it was away, is caught here. */
import { checkObject, type Fault } from '../core/api/check-object.ts';
import type { MCPServer } from '../core/api/mcp-server.ts';
import type { PolicyPack } from '../core/api/policy-pack.ts';
import type { KubeObject } from './kit/resource.ts';

export type Parsed<T> = { readonly value: T } | { readonly problem: string };

type Reader<T> = (object: KubeObject) => Parsed<T>;

export const parseServer: Reader<MCPServer> = remember((object) => {
  const checked = checkObject('MCPServer', intentOf(object));
  return 'value' in checked ? checked : { problem: sumUp(checked.faults) };
});

export const parsePack: Reader<PolicyPack> = remember((object) => {
  const checked = checkObject('PolicyPack', intentOf(object));
  return 'value' in checked ? checked : { problem: sumUp(checked.faults) };
});

/** Without the status: what another version of the operator said must not make an object unreadable, or a rollback would lose it. */
function intentOf({ status: _status, ...object }: KubeObject & { readonly status?: unknown }): object {
  return object;
}

/** Stored objects are never changed, so what was read of one stays true as long as it is stored. */
function remember<T>(read: Reader<T>): Reader<T> {
  const known = new WeakMap<KubeObject, Parsed<T>>();
  return (object) => {
    let parsed = known.get(object);
    if (parsed === undefined) known.set(object, (parsed = read(object)));
    return parsed;
  };
}

function sumUp([{ field, message }, ...more]: readonly [Fault, ...Fault[]]): string {
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return `${field === '' ? '' : `${field}: `}${message}${rest}`;
}
