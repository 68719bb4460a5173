/** One line of an audit file, checked for itself: UTF-8, JSON, canonical form, schema. */
import { canonicalJson } from '../canonical-json.ts';
import { AUDIT_SCHEMA_VERSION } from './record.ts';

/** The fields the chain is made of. */
export interface ChainFields {
  event: 'open' | 'decision' | 'close';
  prev: string;
  seq: number;
  stream: string;
  time: string;
}

export type LineProblem = 'broken-json' | 'not-canonical' | 'unknown-version' | 'bad-schema';

export type ParsedLine =
  | { fields: ChainFields; problem?: undefined }
  | { fields?: ChainFields | undefined; problem: LineProblem; detail: string };

// A byte-order mark must stay visible: it is a byte that the writer did not write.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function parseLine(line: string | Uint8Array): ParsedLine {
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
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: 'bad-schema', detail: 'is JSON but not an object' };
  }
  const record = value as Record<string, unknown>;
  const fields = chainFields(record);
  if (record['v'] !== AUDIT_SCHEMA_VERSION) {
    return { fields, problem: 'unknown-version', detail: `has the schema version ${shown(record['v'])}, not 1` };
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

const HEX64 = /^[0-9a-f]{64}$/;
const ISO_TIME = /^[0-9+-]{4,7}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}Z$/;

function chainFields(record: Record<string, unknown>): ChainFields | undefined {
  const { event, prev, seq, stream, time } = record;
  if (event !== 'open' && event !== 'decision' && event !== 'close') return undefined;
  if (typeof prev !== 'string' || !HEX64.test(prev)) return undefined;
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0) return undefined;
  if (typeof stream !== 'string' || stream === '') return undefined;
  if (typeof time !== 'string' || !ISO_TIME.test(time)) return undefined;
  return { event, prev, seq, stream, time };
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'none').slice(0, 40);
}
