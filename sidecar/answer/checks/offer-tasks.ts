/**
 * Where calls wait for a person, the gate makes tasks of them for clients that take some, and clients say so only to servers that have
 * them (extension io.modelcontextprotocol/tasks, Capability Negotiation).
 */
import type { Edit, JsonView } from '../../../core/mcp/json-view.ts';
import { TASKS_EXTENSION } from '../../../core/mcp/revisions/tasks.ts';
import type { Answer, Ruling } from '../check.ts';

export function offerTasks({ terms, result, call, gate }: Answer): Ruling {
  if (terms?.method !== 'server/discover' || result === undefined) return undefined;
  const policy = gate.policy.current() ?? call.policy;
  if (call.revision?.tasks === undefined || policy?.holdsCalls !== true) return undefined;
  const capabilities = result.view('capabilities');
  const edit = capabilities === undefined ? undefined : offered(capabilities);
  return edit === undefined ? undefined : { edits: [edit] };
}

function offered(capabilities: JsonView): Edit | undefined {
  const extensions = capabilities.view('extensions');
  if (extensions !== undefined)
    return extensions.has(TASKS_EXTENSION) ? undefined : insert(extensions, TASKS_EXTENSION, {});
  return capabilities.has('extensions') ? undefined : insert(capabilities, 'extensions', { [TASKS_EXTENSION]: {} });
}

function insert({ start, keys }: JsonView, key: string, value: object): Edit {
  const comma = keys.length === 0 ? '' : ',';
  const at = start + 1;
  return { span: { start: at, end: at }, text: `${JSON.stringify(key)}:${JSON.stringify(value)}${comma}` };
}
