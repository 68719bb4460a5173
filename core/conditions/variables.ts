/** What conditions can read: of whom and what a call is, and when. One table for the types that are checked and the values that are read. */
import { Failure } from './failure.ts';
import { type Step, unknown } from './frame.ts';
import { Timestamp, type Value } from './values.ts';

/** Kinds of rules, by what they are asked about. */
export const SUBJECTS = ['tool', 'resource', 'prompt', 'method', 'request'] as const;
export type Subject = (typeof SUBJECTS)[number];

/** Fields by their types, or the type of what has none. */
type Shape =
  | Readonly<Record<string, 'string' | 'list<string>' | 'map<string, string>'>>
  | 'map<string, dyn>'
  | 'google.protobuf.Timestamp';

interface Variable {
  readonly shape: Shape;
  /** The rules that have it; undefined: all. */
  readonly of?: readonly Subject[];
  readonly read: Step;
}

export const VARIABLES: Readonly<Record<string, Variable>> = {
  principal: {
    shape: {
      name: 'string',
      groups: 'list<string>',
      kind: 'string',
      issuer: 'string',
      scopes: 'list<string>',
      attributes: 'map<string, string>',
    },
    read: ({ facts }) => facts.principal ?? fail('principal'),
  },
  server: {
    shape: { namespace: 'string', name: 'string' },
    read: ({ facts }) => facts.server ?? fail('server'),
  },
  session: {
    shape: { id: 'string', protocol: 'string' },
    read: ({ facts }) => (facts.session as Value | undefined) ?? fail('session'),
  },
  now: {
    shape: 'google.protobuf.Timestamp',
    read: ({ facts }) => (facts.now === undefined ? fail('now') : new Timestamp(facts.now)),
  },
  arguments: {
    shape: 'map<string, dyn>',
    of: ['tool'],
    read: ({ args }) => (args as Value | undefined) ?? fail('arguments'),
  },
  tool: { shape: { name: 'string' }, of: ['tool'], read: ({ subject }) => ({ name: subject }) },
  resource: { shape: { uri: 'string' }, of: ['resource'], read: ({ subject }) => ({ uri: subject }) },
  prompt: { shape: { name: 'string' }, of: ['prompt'], read: ({ subject }) => ({ name: subject }) },
  method: { shape: { name: 'string' }, of: ['method'], read: ({ subject }) => ({ name: subject }) },
};

export function variablesOf(subject: Subject): readonly string[] {
  return Object.entries(VARIABLES)
    .filter(([, { of }]) => of === undefined || of.includes(subject))
    .map(([name]) => name);
}

/** Throws where there is none. */
export function readVariable(name: string): Step {
  const variable = Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined;
  if (variable === undefined) throw new Failure('failed', 'This gate knows no such variable.');
  const { read } = variable;
  return (frame) => {
    frame.spend(1);
    return read(frame);
  };
}

function fail(what: string): never {
  throw unknown(what);
}
