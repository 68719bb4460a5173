/** One line of an audit file, checked for itself: UTF-8, JSON, canonical form, schema. */
import { canonicalJson } from '../canonical-json.ts';
import type { ChainFields, Intent } from './chain-fields.ts';
import { keepable } from './clip.ts';
import { AUDIT_SCHEMA_VERSION } from './record.ts';
import { scanDecision } from './scan-decision.ts';

export type { ChainFields, Intent } from './chain-fields.ts';

/** What is checked here is the same in both. */
const EARLIER_VERSION = 1;

/** Events are only added while the version stays: those that are not known here have their place in the chain as well. */
const EVENT = /^[a-z][a-z-]{0,40}$/;

export type LineProblem = 'broken-json' | 'not-canonical' | 'unknown-version' | 'bad-schema';

export type ParsedLine =
  | { fields: ChainFields; problem?: undefined }
  | { fields?: ChainFields | undefined; problem: LineProblem; detail: string };

// A byte-order mark must stay visible: it is a byte that the writer did not write.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function parseLine(line: string | Uint8Array): ParsedLine {
  const fields = typeof line === 'string' ? undefined : scanDecision(line);
  return fields === undefined ? parseAnyLine(line) : { fields };
}

/** The same, of any line, and slower. */
export function parseAnyLine(line: string | Uint8Array): ParsedLine {
  let text: string;
  let value: unknown;
  let canonical: string;
  try {
    text = typeof line === 'string' ? line : utf8.decode(line);
    value = JSON.parse(text);
    canonical = canonicalJson(value);
  } catch {
    return { problem: 'broken-json', detail: 'is not a JSON text in UTF-8' };
  }
  if (!isObject(value)) return { problem: 'bad-schema', detail: 'is JSON but not an object' };
  const fields = chainFields(value);
  if (value['v'] !== AUDIT_SCHEMA_VERSION && value['v'] !== EARLIER_VERSION) {
    return {
      fields,
      problem: 'unknown-version',
      detail: `has the schema version ${shown(value['v'])}, not ${EARLIER_VERSION} or ${AUDIT_SCHEMA_VERSION}`,
    };
  }
  if (canonical !== text) {
    return {
      fields,
      problem: 'not-canonical',
      detail: 'is not in canonical form (RFC 8785), so it was not written like this',
    };
  }
  if (fields === undefined) {
    return {
      problem: 'bad-schema',
      detail: 'lacks one of event, prev, seq, stream and time, or has it in another form',
    };
  }
  return { fields };
}

/** Ours have some 350: several of each are kept while others are read. */
const MAX_NAME = 1024;
const HEX64 = /^[0-9a-f]{64}$/;
const ISO_TIME = /^[0-9+-]{4,7}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}Z$/;

function chainFields(record: Record<string, unknown>): ChainFields | undefined {
  const { event, prev, seq, stream, time } = record;
  if (typeof event !== 'string' || !EVENT.test(event)) return undefined;
  if (typeof prev !== 'string' || !HEX64.test(prev)) return undefined;
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0) return undefined;
  if (typeof stream !== 'string' || stream === '' || stream.length > MAX_NAME) return undefined;
  if (typeof time !== 'string' || !ISO_TIME.test(time)) return undefined;
  const at = Date.parse(time);
  if (Number.isNaN(at)) return undefined;
  const server = textOf(record['server']);
  if (server.length > MAX_NAME) return undefined;
  const fields: ChainFields = { event, prev, seq, server, stream, time, at, continues: isObject(record['continues']) };
  if (event === 'intent') fields.intent = intentOf(record);
  if (event === 'decision' && typeof record['intent'] === 'number') fields.ends = record['intent'];
  const last = event === 'release' && isObject(record['released']) ? textOf(record['released']['last']) : '';
  if (HEX64.test(last)) fields.released = last;
  if (event === 'checkpoint') fields.checkpoint = textOf(record['checkpoint']);
  if (typeof record['key'] === 'string') fields.key = record['key'];
  const tree = isObject(record['continues']) ? record['continues']['tree'] : undefined;
  if (Array.isArray(tree) && tree.every((subtree) => typeof subtree === 'string')) fields.tree = tree;
  return fields;
}

function intentOf(record: Record<string, unknown>): Intent {
  const { method, tool, resource, prompt, principal, traceId } = record;
  const target = tool ?? resource ?? prompt;
  return {
    what:
      target === undefined
        ? keepable(textOf(method))
        : `${keepable(textOf(method))} ${JSON.stringify(keepable(textOf(target)))}`,
    who: isObject(principal) ? keepable(textOf(principal['name'])) : 'nobody known',
    traceId: keepable(textOf(traceId)),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'none').slice(0, 40);
}
