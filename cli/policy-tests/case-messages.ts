/** The messages that a case stands for. */
import type { ClientRequestKind } from '../../core/mcp/client-request.ts';
import type { JsonObject } from '../../core/mcp/message.ts';
import type { ServerSays } from '../rehearsal/scripted-server.ts';
import type { PolicyCase } from './case-schema.ts';

/** A case, or a call that came before one. */
type Played = Partial<PolicyCase>;

const PROGRESS_TOKEN = 'case';

/** Undefined where nothing is called. */
export function requestOf(one: Played): { readonly method: string; readonly params: JsonObject } | undefined {
  const { tool, prompt, resource, method, arguments: args } = one;
  const meta = one.messages === undefined ? {} : { _meta: { progressToken: PROGRESS_TOKEN } };
  if (tool !== undefined) return { method: 'tools/call', params: { name: tool, arguments: args ?? {}, ...meta } };
  if (prompt !== undefined)
    return { method: 'prompts/get', params: { name: prompt, ...(args !== undefined && { arguments: args }), ...meta } };
  if (resource !== undefined) return { method: 'resources/read', params: { uri: resource, ...meta } };
  return method === undefined ? undefined : { method, params: meta };
}

/** Texts stand for the shape that a server would give them. */
export function answerOf(one: Played): ServerSays['answer'] {
  const { result, error } = one;
  if (typeof error === 'string') return { error: { code: -32000, message: error } };
  if (error !== undefined) return { error: { ...error, code: error.code ?? -32000 } };
  if (typeof result === 'string') return { result: resultOf(one, [result]) };
  if (Array.isArray(result)) return { result: resultOf(one, result) };
  return { result: result ?? resultOf(one, []) };
}

function resultOf({ prompt, resource }: Played, texts: readonly string[]): JsonObject {
  const blocks = texts.map((text) => ({ type: 'text', text }));
  if (prompt !== undefined) return { messages: blocks.map((content) => ({ role: 'user', content })) };
  return resource === undefined ? { content: blocks } : { contents: texts.map((text) => ({ uri: resource, text })) };
}

export function messagesOf({ messages }: PolicyCase): readonly JsonObject[] | undefined {
  return messages?.map(({ progress, log, method, params }, i) => {
    if (progress !== undefined) {
      const said = { progressToken: PROGRESS_TOKEN, progress: i + 1, message: progress };
      return { method: 'notifications/progress', params: said };
    }
    if (method === undefined) return { method: 'notifications/message', params: { level: 'info', data: log } };
    return { method, params: params ?? {} };
  });
}

/** What has to be in such a request, where a case does not say it. */
const ASKS: Readonly<Record<ClientRequestKind, { readonly method: string; readonly params: JsonObject }>> = {
  sampling: { method: 'sampling/createMessage', params: { messages: [], maxTokens: 100 } },
  elicitation: {
    method: 'elicitation/create',
    params: { message: 'Please answer.', requestedSchema: { type: 'object', properties: {} } },
  },
  urlElicitation: {
    method: 'elicitation/create',
    params: { mode: 'url', message: 'Please go there.', elicitationId: '1' },
  },
  roots: { method: 'roots/list', params: {} },
};

export function askOf({ url, params }: PolicyCase, kind: ClientRequestKind): JsonObject {
  const { method, params: standard } = ASKS[kind];
  return { id: 'asked', method, params: { ...standard, ...(url !== undefined && { url }), ...params } };
}
