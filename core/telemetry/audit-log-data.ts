/**
 * An audit line as an OpenTelemetry log record. Its body is the line, byte for byte, so that what a log store kept can be verified as a
 * file can; attributes are what people look for it by, under the names that spans have.
 */
import type { Link } from '../audit/record.ts';
import type { LogData, SpanReference } from './telemetry.ts';

/** What a line is made of, as far as this looks at it. */
export interface LineBody extends Link {
  readonly event: string;
  readonly time: string;
  readonly outcome?: string | undefined;
  readonly method?: string | null;
  readonly tool?: string | undefined;
  readonly prompt?: string | undefined;
  readonly resource?: string | undefined;
  readonly session?: string | undefined;
  readonly principal?: { readonly name: string } | null;
  readonly decision?: { readonly effect: string; readonly reason: string };
}

/** Outcomes of calls that somebody may want to look at. */
const WORTH_A_LOOK: ReadonlyMap<string, LogData['severity']> = new Map([
  ['refused', 'warn'],
  ['interrupted', 'warn'],
  ['upstream-error', 'error'],
]);

/** `line` without its newline. */
export function auditLogData(line: string, body: LineBody, span: SpanReference | undefined): LogData {
  return {
    time: Date.parse(body.time),
    severity: WORTH_A_LOOK.get(body.outcome ?? '') ?? 'info',
    event: `sallyport.audit.${body.event}`,
    body: line,
    span,
    attributes: {
      'sallyport.server': body.server,
      'sallyport.audit.stream': body.stream,
      'sallyport.audit.seq': body.seq,
      'sallyport.outcome': body.outcome,
      'sallyport.decision.effect': body.decision?.effect,
      'sallyport.decision.reason': body.decision?.reason,
      'user.name': body.principal?.name,
      'mcp.method.name': body.method ?? undefined,
      'mcp.session.id': body.session,
      'mcp.resource.uri': body.resource,
      'gen_ai.tool.name': body.tool,
      'gen_ai.prompt.name': body.prompt,
    },
  };
}
