/** Which entry of its revision's catalogue the message is; what the catalogue does not know goes no further. */
import { isMethodOfMcp } from '../../../core/mcp/revisions/index.ts';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { JudgingMessage } from '../../call/call.ts';
import { unknownMethod } from './unknown-method.ts';

export function consultCatalogue(call: JudgingMessage): Refusal | undefined {
  const { content, reading, judgement } = call;
  const { message } = content;
  const { revision } = reading;
  if (message.kind === 'response') return undefined;
  if (message.kind === 'notification') {
    if (revision.notifications.has(message.method)) return undefined;
    // By JSON-RPC a call without an id is a notification, but careless servers run it.
    if (revision.requests.has(message.method)) {
      return refuse('id-missing', `${message.method} is a request and needs an "id"`);
    }
    return askRules(call, message.method);
  }
  const rule = revision.requests.get(message.method);
  judgement.rule = rule;
  if (rule === undefined) return askRules(call, message.method);
  if (rule.door !== 'decide' && rule.door !== 'listen') return undefined;
  const targets = rule.targets(message.params);
  if (typeof targets === 'string') return refuse('bad-params', targets);
  judgement.targets = targets;
  return undefined;
}

/** A rule may name a method that no revision knows; without one it is unknown, which is another answer than denied. */
function askRules(call: JudgingMessage, method: string): Refusal | undefined {
  if (isMethodOfMcp(method)) return unknownMethod(call, method);
  call.judgement.targets = [{ kind: 'method', name: method, args: undefined }];
  return undefined;
}
