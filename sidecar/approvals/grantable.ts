/** Whether a standing grant may be about a call, and what of its arguments an approver, and so the operator, does not see as it is. Pure. */
import { escapePart } from '../../core/json-pointer.ts';
import { type JsonObject, isObject } from '../../core/mcp/message.ts';

/** More than these are no arguments of which a grant could say anything. */
const MAX_HIDDEN = 64;

/**
 * JSON Pointers (RFC 6901) into the arguments of what the preview does not show as it will be sent, whatever it was cut or redacted for.
 * Undefined where no grant can be about the call: it is none of a tool, or says more than a name and arguments.
 */
export function hiddenFrom(method: string, params: JsonObject, preview: JsonObject): readonly string[] | undefined {
  const { name: _, arguments: args = {}, _meta, ...others } = params;
  if (method !== 'tools/call' || !isObject(args) || Object.keys(others).length > 0) return undefined;
  const hidden: string[] = [];
  find(args, preview, '', hidden);
  // Of the arguments themselves: one that is not shown at all would be one that the grant is not asked about.
  const isWhole = Object.keys(args).every((key) => Object.hasOwn(preview, key));
  return isWhole && hidden.length <= MAX_HIDDEN && !hidden.includes('') ? hidden : undefined;
}

function find(sent: unknown, shown: unknown, at: string, hidden: string[]): void {
  if (hidden.length > MAX_HIDDEN || Object.is(sent, shown)) return;
  const [left, right] = [entriesOf(sent), entriesOf(shown)];
  const isSameShape = left !== undefined && right !== undefined && Array.isArray(sent) === Array.isArray(shown);
  if (!isSameShape || left.length !== right.length || left.some(([key], index) => key !== right[index]?.[0])) {
    hidden.push(at);
    return;
  }
  for (const [index, [key, value]] of left.entries())
    find(value, right[index]?.[1], `${at}/${escapePart(key)}`, hidden);
}

function entriesOf(value: unknown): [string, unknown][] | undefined {
  return typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
}
