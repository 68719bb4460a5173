/**
 * Sessions in the head of a request, by the names that gates give to them: what they stand for is put in their place before anything looks,
 * so that everything behind, the server and the audit log above all, knows the server's own.
 */
import type { IncomingMessage } from 'node:http';
import { decodeHeaderValue, encodeHeaderValue } from '../../../core/mcp/header-value.ts';
import { ENDPOINT_SESSION } from '../../call/endpoint-session.ts';
import type { OpenedHandle, PodHandles } from '../../memory/pod-handles.ts';

/** The one that the request names; undefined where it names none that a gate has made. */
export function openHandle(request: IncomingMessage, handles: PodHandles): OpenedHandle | undefined {
  const { headers, url = '' } = request;
  const named = headers['mcp-session-id'];
  if (typeof named === 'string') {
    const opened = handles.open(named);
    if (opened !== undefined && isHere(opened)) headers['mcp-session-id'] = opened.id;
    return opened;
  }
  const query = request.method === 'POST' ? url.indexOf('?') : -1;
  return query < 0 ? undefined : openInAddress(request, url, query, handles);
}

/** The task that the head names as the body does (MCP 2026-07-28, Streamable HTTP, `Mcp-Name`): the two have to agree in the server's words as well. */
export function openTaskName({ headers }: IncomingMessage, handles: PodHandles): void {
  const [method, named] = [headers['mcp-method'], headers['mcp-name']];
  if (typeof method !== 'string' || !method.startsWith('tasks/') || typeof named !== 'string') return;
  const opened = handles.open(decodeHeaderValue(named) ?? '', 'task');
  if (opened !== undefined && isHere(opened)) headers['mcp-name'] = encodeHeaderValue(opened.id);
}

/**
 * What another gate has keeps its name, which nobody knows here: some servers count their sessions, so that theirs and ours have the same
 * ids, and a call for one that is gone would reach another.
 */
function isHere({ owner }: OpenedHandle): boolean {
  return owner === undefined;
}

/** HTTP+SSE (2024-11-05) has the session in the address. */
function openInAddress(
  request: IncomingMessage,
  url: string,
  query: number,
  handles: PodHandles,
): OpenedHandle | undefined {
  const members = new URLSearchParams(url.slice(query));
  const [named, another] = members.getAll(ENDPOINT_SESSION);
  // Two of them are none.
  const opened = named === undefined || another !== undefined ? undefined : handles.open(named);
  if (opened === undefined || !isHere(opened)) return opened;
  members.set(ENDPOINT_SESSION, opened.id);
  request.url = `${url.slice(0, query)}?${members.toString()}`;
  return opened;
}
