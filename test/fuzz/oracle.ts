/**
 * The property: whatever a server executed, the gate had read as the same method, name and arguments. What the gate refused
 * was never executed, since a server never saw it.
 */
import { fold } from '../../core/mcp/fold.ts';
import type { ReadCall } from './gate-reading.ts';
import type { Execution } from './servers/reference.ts';

/** Members of `params` that say what is done. What else is there, servers may leave out. */
const MEANT = ['name', 'uri', 'ref', 'argument', 'cursor', 'level', 'notifications', 'taskId'] as const;
const NAMED: ReadonlyMap<string, 'name' | 'uri'> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['resources/subscribe', 'uri'],
  ['resources/unsubscribe', 'uri'],
]);
const TYPED_TOOL = 'typed';

type Fields = Readonly<Record<string, unknown>>;

/** What was executed otherwise than it was read; undefined when nothing was. */
export function findDifference(read: readonly ReadCall[], executed: readonly Execution[]): string | undefined {
  const open = [...read];
  let typedSource: ReadCall | undefined;
  for (const execution of executed) {
    if (execution.typed !== undefined) {
      const why = typedSource === undefined ? 'no such call was read' : typedDifference(typedSource, execution.typed);
      if (why !== undefined) return `typed arguments ${show(execution.typed)}: ${why}`;
      continue;
    }
    const whys: string[] = [];
    const index = open.findIndex((call) => {
      const why = differenceOf(call, execution);
      if (why !== undefined) whys.push(why);
      return why === undefined;
    });
    if (index < 0) {
      return `executed ${show(execution)}, read ${show(read)}: ${whys.join('; ') || 'nothing is left that was read'}`;
    }
    [typedSource] = open.splice(index, 1);
  }
  return undefined;
}

function differenceOf(call: ReadCall, { method, params, modern }: Execution): string | undefined {
  if (call.kind === 'response') return 'it was read as a response';
  if (method !== call.method) return `method ${JSON.stringify(call.method)}`;
  if (modern !== undefined && modern !== call.modern) return `era ${call.modern ? 'modern' : 'legacy'}`;
  const given = isFields(params) ? params : {};
  const named = NAMED.get(method);
  if (call.kind === 'request' && named !== undefined && call.targets[0]?.name !== given[named]) {
    return `target ${JSON.stringify(call.targets[0]?.name)}`;
  }
  for (const member of MEANT) {
    if (!isWithin(given[member], call.params[member], call.exact)) return `params.${member}`;
  }
  // A tool's arguments are for the server's own code, so they must be neither more nor less. Those of prompts are strings to
  // typed decoders, and to other methods they mean nothing.
  const same = method === 'tools/call' && call.kind === 'request' ? sameArguments : isWithinArguments;
  return same(given['arguments'], call) ? undefined : 'arguments';
}

function sameArguments(executed: unknown, call: ReadCall): boolean {
  return sameJson(executed ?? {}, call.targets[0]?.args ?? {});
}

function isWithinArguments(executed: unknown, call: ReadCall): boolean {
  return isWithin(executed, call.params['arguments'], call.exact);
}

/** Equal as JSON values: the same own keys, the same numbers to the sign of zero, and nothing inherited. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (!isFields(a)) return Object.is(a, b);
  if (!isFields(b) || Array.isArray(b)) return false;
  const prototype: unknown = Object.getPrototypeOf(a);
  if (prototype !== Object.prototype && prototype !== null) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}

/**
 * Everything that was executed stands in what was read, under its name in any case. A decoder into types leaves out what it
 * does not know and fills in zeros for what is not there.
 */
function isWithin(executed: unknown, read: unknown, exact: boolean): boolean {
  if (isEmpty(executed)) return true;
  if (typeof executed === 'number' && typeof read === 'number' && !exact) {
    return Math.abs(executed - read) <= Math.abs(read) / 2 ** 52;
  }
  if (Array.isArray(executed)) {
    return (
      Array.isArray(read) &&
      executed.length === read.length &&
      executed.every((item, i) => isWithin(item, read[i], exact))
    );
  }
  if (!isFields(executed)) return Object.is(executed, read);
  if (!isFields(read)) return false;
  return Object.entries(executed).every(([name, value]) => {
    const keys = Object.keys(read).filter((key) => fold(key) === fold(name));
    return isEmpty(value) || (keys.length === 1 && isWithin(value, read[keys[0] as string], exact));
  });
}

/** The zero values of a typed decoder. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.every(isEmpty);
  return isFields(value) && Object.values(value).every(isEmpty);
}

/** What a handler with typed parameters got must be what stands under the folded name in the arguments that were read. */
function typedDifference(call: ReadCall, typed: unknown): string | undefined {
  if (call.targets[0]?.name !== TYPED_TOOL) return `target ${JSON.stringify(call.targets[0]?.name)}`;
  return isWithin(typed, call.targets[0].args, call.exact) ? undefined : `arguments ${show(call.targets[0].args)}`;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 600);
}
