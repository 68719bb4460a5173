/** What happens to a gate besides calls, as a sentence. */
import { type AuditRecord, isJson, type Json, textIn, textsIn } from './read-record.ts';

/** What happened besides calls, in words. Undefined: the work of the log itself, which is no news. */
export function changeText({ event, body }: AuditRecord): string | undefined {
  const part = (name: string): Json => (isJson(body[name]) ? body[name] : {});
  switch (event) {
    case 'open': {
      const { version, host } = part('gate');
      return version === undefined
        ? 'the gate began'
        : `the gate began: Sallyport ${textIn(version)} on ${textIn(host)}`;
    }
    case 'close': {
      const reason = textIn(part('ending')['reason']);
      return reason === '' ? 'the gate stopped' : `the gate was stopped: ${reason}`;
    }
    case 'policy':
      return policyText(part('policy'));
    case 'identity':
      return clientsText(part('clients'));
    case 'revocations':
      return revocationsText(part('revocations'));
    case 'pin':
      return pinText(part('definition'));
    case 'lost':
      return lostText(body['lost']);
    case 'key':
      return 'the log is signed with another key from here on';
    case 'release':
      return `the oldest file of the log was let go: ${textIn(part('released')['file'])}`;
    case 'refusals':
      return refusalsText(body['refusals']);
    default:
      return undefined;
  }
}

function policyText(policy: Json): string {
  if (policy['state'] === 'Refused') {
    const stays = policy['revision'] === null ? 'there is none in force' : 'the one before stays in force';
    return `a new policy was not taken: ${textIn(policy['problem'])}; ${stays}`;
  }
  const packs = packsIn(policy);
  return `policy ${shortRevision(textIn(policy['revision']))} came into force, ${packs.length === 0 ? 'with no pack' : `with ${packs.join(', ')}`}`;
}

function clientsText(clients: Json): string {
  const lists: [string, string][] = [
    ['granted', 'new'],
    ['revoked', 'gone'],
    ['changed', 'with another token or other groups'],
    ['problems', 'not taken'],
  ];
  const said = lists.flatMap(([name, words]) => {
    const names = textsIn(clients[name]);
    return names.length === 0 ? [] : [`${words}: ${names.join(', ')}`];
  });
  return `clients that may come in: ${countText(clients['count'])}; ${said.join('; ')}`;
}

function revocationsText(said: Json): string {
  const [entries, problems] = [textsIn(said['entries']), textsIn(said['problems'])];
  const inForce = entries.length === 0 ? 'no token is revoked' : `tokens are revoked by: ${entries.join(', ')}`;
  return problems.length === 0 ? inForce : `${inForce}; not taken: ${problems.join(', ')}`;
}

function pinText(definition: Json): string {
  const [kind, name] = [textIn(definition['kind']), textIn(definition['name'])];
  const what = name === '' ? kind : `${kind} ${name}`;
  switch (definition['state']) {
    case 'changed':
      return `the server has changed its description of ${what} since it was accepted, or first used`;
    case 'accepted':
      return `what the server says of ${what} was accepted`;
    default:
      return `what the server says of ${what} was seen first, and later ones are held against it`;
  }
}

function lostText(lost: unknown): string {
  const entries = Array.isArray(lost) ? (lost as unknown[]).filter(isJson) : [];
  const words = entries.map(
    ({ count: times, what }) => `${countText(times)} ${LOST.get(textIn(what)) ?? textIn(what)}`,
  );
  return `the log could not be written, and so has nothing of: ${words.join(', ')}`;
}

const LOST: ReadonlyMap<string, string> = new Map(
  Object.entries({
    refused: 'calls, which were refused for that',
    decision: 'decisions',
    note: 'other events',
  }),
);

function refusalsText(refusals: unknown): string {
  const entries = Array.isArray(refusals) ? (refusals as unknown[]).filter(isJson) : [];
  const words = entries
    .slice(0, 5)
    .map((one) => `${countText(one['count'])} ${textIn(one['reason'])} from ${textIn(one['source'])}`);
  const more = entries.length > 5 ? `, and ${entries.length - 5} more` : '';
  return `further refusals of callers that nobody knows: ${words.join(', ')}${more}`;
}

/** A line may be anybody's, and not all that JSON has can be made a text. */
function countText(value: unknown): string {
  return typeof value === 'number' ? String(value) : '?';
}

/** Enough of it to tell it from others. */
export function shortRevision(revision: string): string {
  return revision.replace(/^sha256:/, '').slice(0, 12);
}

/** As namespace/name, and whether they only record. */
export function packsIn(policy: Json): string[] {
  const packs = Array.isArray(policy['packs']) ? (policy['packs'] as unknown[]) : [];
  return packs
    .filter(isJson)
    .map((pack) => `${textIn(pack['ref'])}${pack['mode'] === 'Shadow' ? ' (in shadow: recorded, not enforced)' : ''}`);
}
