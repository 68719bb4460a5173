/** Content negotiation as far as MCP has it: JSON, or a stream of events (RFC 9110 §12.5.1; MCP, Streamable HTTP, Sending Messages). */

export const JSON_TYPE = 'application/json';
export const EVENTS_TYPE = 'text/event-stream';

/** What nearly every client sends. */
const BOTH = `${JSON_TYPE}, ${EVENTS_TYPE}`;
/** A weight of zero: "not this" (RFC 9110 §12.4.2). */
const NOT = /^q=0(?:\.0{0,3})?$/;

/** Whether a body of this `Content-Type` is JSON: many servers name the charset, too, which JSON does not have (RFC 8259 §11). */
export function isJsonType(header: unknown): boolean {
  return typeof header === 'string' && header.split(';', 1)[0]?.trim().toLowerCase() === JSON_TYPE;
}

/** Whether a client that sends this `Accept` takes an answer of this type. Without the header it takes any. */
export function accepts(header: string | undefined, type: typeof JSON_TYPE | typeof EVENTS_TYPE): boolean {
  if (header === undefined || header === BOTH) return true;
  let best = 0;
  let accepted = false;
  for (const range of header.toLowerCase().split(',')) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim());
    const precision = precisionOf(name, type);
    if (precision === 0 || precision < best) continue;
    const isWanted = !parameters.some((parameter) => NOT.test(parameter.replaceAll(' ', '')));
    // Of two that are equally precise, one that says yes is enough.
    accepted = precision === best ? accepted || isWanted : isWanted;
    best = precision;
  }
  return accepted;
}

/** The more precise range decides, wherever it stands. */
function precisionOf(range: string | undefined, type: string): number {
  if (range === type) return 3;
  if (range === `${type.slice(0, type.indexOf('/'))}/*`) return 2;
  return range === '*/*' || range === '*' ? 1 : 0;
}
