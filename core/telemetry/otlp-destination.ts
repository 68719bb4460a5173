/**
 * Where telemetry goes and what is said with it, looked at before the SDK is loaded. The SDK takes its default for an endpoint that is no
 * URL, so that audit records go to whoever listens on that port of this host; and its errors, and those of Node, quote headers and
 * addresses, which have secrets in them. No sentence here does.
 */

type Environment = { readonly [name: string]: string | undefined };

/** What is wrong with the endpoint or the headers of a signal, by the name of the variable; undefined where nothing is. */
export function destinationProblem(env: Environment, signal: string, isGrpc: boolean): string | undefined {
  const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}`;
  const endpoint = isSet(env[`${own}_ENDPOINT`]) ? `${own}_ENDPOINT` : 'OTEL_EXPORTER_OTLP_ENDPOINT';
  if (!isEndpoint(env[endpoint]?.trim() ?? '', isGrpc)) {
    return `${endpoint} is no URL that begins with http:// or https://; ${signal} are not sent`;
  }
  const headers = ['OTEL_EXPORTER_OTLP_HEADERS', `${own}_HEADERS`].find((name) => !areHeaders(env[name] ?? ''));
  if (headers === undefined) return undefined;
  return `${headers} is not a list of name=value, with commas between, of which all but letters, digits and marks is percent-encoded; ${signal} are not sent`;
}

/** gRPC knows addresses without a scheme, too. */
function isEndpoint(text: string, isGrpc: boolean): boolean {
  const hasScheme = /^https?:\/\//i.test(text);
  if (hasScheme || !isGrpc) return hasScheme && URL.canParse(text);
  return !text.includes('://') && URL.canParse(`https://${text}`);
}

/** A field name of HTTP (RFC 9110 §5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What HTTP and gRPC both take as a value. */
const PRINTABLE = /^[\x20-\x7e]+$/;

function areHeaders(text: string): boolean {
  return text
    .split(',')
    .filter((entry) => entry.trim() !== '')
    .every((entry) => {
      const at = entry.indexOf('=');
      return (
        at > 0 && TOKEN.test(decoded(entry.slice(0, at).trim())) && PRINTABLE.test(decoded(entry.slice(at + 1).trim()))
      );
    });
}

/** Empty, which is neither a name nor a value, where it cannot be decoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== '';
}
