/**
 * What a server says when it refuses in the words of HTTP: servers on the official Python SDK under an id that nobody has used
 * (`server-error`), frameworks in objects of their own or in plain text. Nobody can do anything about "not MCP"; those words say what to do.
 */
import { parseStrictJson } from '../../core/mcp/json.ts';
import { isObject } from '../../core/mcp/message.ts';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';

/** No sentence takes as much; what is larger is not looked into. */
const MAX_BODY_BYTES = 64 * 1024;
const MAX_WORDS = 500;
/** Control characters, invisible ones and those that turn the direction of text: words are shown on terminals, and read by models. */
const NOT_TEXT = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\s]+/gu;
/** Messages, events and markup are no sentences: what a server wants read by a program it has to say where programs are decided on. */
const FOR_PROGRAMS = /^(?:data|event)?:|^[[{<]|"jsonrpc"/;
/** Where frameworks put the sentence: JSON-RPC, OAuth (RFC 6749 §5.2), problem details (RFC 9457), FastAPI, Express, Go. */
const MEMBERS = ['error_description', 'message', 'detail', 'error', 'title'] as const;

/** The refusal that passes them on; undefined where it said nothing of its own. Only of an answer with a status of 400 and above. */
export function refusalByServer(status: number, type: string | undefined, body: Buffer): Refusal | undefined {
  if (status < 400) return undefined;
  const words = wordsIn(type, body);
  return words === undefined ? undefined : refuse('upstream-refused', `HTTP ${status}: ${words}`).withStatus(status);
}

function wordsIn(type: string | undefined, body: Buffer): string | undefined {
  if (body.length === 0 || body.length > MAX_BODY_BYTES) return undefined;
  const text = body.toString('utf8');
  if (type === 'text/html') return shown(/<title[^>]{0,200}>([^<]{1,500})/i.exec(text)?.[1]);
  if (type === undefined || type === 'text/plain') return shown(text);
  if (type !== 'application/json' && type !== 'application/problem+json') return undefined;
  const json = parseStrictJson(body);
  return json.ok ? sentenceIn(json.value) : undefined;
}

function sentenceIn(value: unknown): string | undefined {
  if (typeof value === 'string') return shown(value);
  if (!isObject(value)) return undefined;
  for (const member of MEMBERS) {
    const said = value[member];
    // JSON-RPC has its sentence one level down.
    const words = shown(isObject(said) && member === 'error' ? said['message'] : said);
    if (words !== undefined) return words;
  }
  return undefined;
}

function shown(said: unknown): string | undefined {
  if (typeof said !== 'string') return undefined;
  // Cut first: the rest is not worth looking at.
  const words = said.slice(0, MAX_WORDS).toWellFormed().replaceAll(NOT_TEXT, ' ').trim();
  return words === '' || FOR_PROGRAMS.test(words) ? undefined : words;
}

/** Of a redirect; what it carries besides the address, such as a state to log in with, is none of anybody's. */
export function redirectTarget(location: string | string[] | undefined): string {
  const target = shown([location].flat()[0]?.replace(/[?#].*$/s, ''));
  return target === undefined ? '' : ` to ${target}`;
}
