/** Sequences of a pack: of every field there is, and what an API server refuses, each with its message. */
const [a, b] = [{ tools: ['a'] }, { tools: ['b'] }];
const within = '30m';

const everything = {
  tools: ['read_*'],
  labels: ['private-source'],
  resources: ['file:///data/**'],
  prompts: ['mail_*'],
};
const principals = {
  ...{ names: ['billing-agent'], groups: ['agents'] },
  ...{ issuers: ['https://login.example.com'], scopes: ['ledger:write'] },
};

/** `approval`: one of every field; `paths`: one that has several paths. */
export function completeSequences(approval: object, paths: object): readonly object[] {
  return [
    {
      ...{ name: 'g-rule', require: everything, before: b, uses: 1, within, reason: 'a draft is looked at' },
      match: { argument: '/draft/id', equals: { result: '/id' } },
      ...{ per: 'session', across: 'Namespace', mode: 'Shadow', effect: 'RequireApproval', principals, approval },
    },
    {
      ...{ require: everything, before: everything, match: { argument: 'to', equals: { argument: 'to' } }, within },
      ...{ effect: 'RequireApproval', approval: paths },
    },
    { after: everything, followedBy: [everything], forbid: everything, within },
    { count: { of: everything, moreThan: 20, within } },
    { order: ['create_draft', 'send_draft'], within, per: 'group' },
  ];
}

const at = 'spec.sequences[0]';

/** One sequence of a pack. */
export const BAD_SEQUENCES: readonly (readonly [what: string, sequence: object, message: string])[] = [
  ['a sequence of nothing', { within }, `${at}: Invalid value: says nothing, or several things; write exactly one of`],
  [
    'a sequence of two things',
    { order: ['a', 'b'], count: { of: a, moreThan: 1, within } },
    'says nothing, or several',
  ],
  ['a need of nobody', { require: a, within }, 'require has no `before`; write which calls need it'],
  [
    'a need of nothing',
    { before: a, order: ['a', 'b'], within },
    'before has no `require`; write what has to come first',
  ],
  ['a barrier before nothing', { after: a, within }, 'after has no `forbid`; write what must not follow'],
  ['a barrier after nothing', { forbid: a, order: ['a', 'b'], within }, 'forbid has no `after`; write after what'],
  ['uses of a barrier', { after: a, forbid: b, uses: 1, within }, 'uses goes with `require` alone; remove it'],
  [
    'a match of a barrier',
    { after: a, forbid: b, match: { argument: 'x', equals: { result: 'x' } }, within },
    'match goes with `require` alone; remove it',
  ],
  [
    'stages of a need',
    { require: a, before: b, followedBy: [a], within },
    'followedBy goes with `after` alone; remove it',
  ],
  ['a time twice', { count: { of: a, moreThan: 1, within }, within }, 'within stands beside count, which has its own'],
  ['no time', { require: a, before: b }, 'within is missing; write for how long the earlier call counts'],
  [
    'members that are none',
    { require: {}, before: b, within },
    'means no call; list tools, labels, resources or prompts',
  ],
  [
    'two places of one thing',
    { require: a, before: b, match: { argument: 'x', equals: { result: 'x', argument: 'y' } }, within },
    'names no place, or two; write exactly one of result and argument',
  ],
  [
    'a time beyond what is kept',
    { require: a, before: b, within: '745h' },
    'is out of range; write a duration from 1s to 744h',
  ],
];
