/** A request to a server, of which a test says what it is about. */
import type { UpstreamRequest } from '../upstream/request.ts';

export function upstreamRequest(about: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return {
    httpMethod: 'POST',
    headers: {},
    body: undefined,
    message: undefined,
    revision: undefined,
    sessionId: undefined,
    endpoint: undefined,
    mayResume: true,
    principal: undefined,
    withToken: false,
    takesMore: true,
    ...about,
  };
}
