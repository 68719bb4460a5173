import { expect, it } from 'vitest';
import type { PolicyPackInput } from '../../api/policy-pack.ts';
import { pack, policyOf } from '../../policy/testing/gen.ts';
import type { Shape } from '../shape.ts';
import { standInFor } from '../stand-in.ts';
import { untoldOf } from './untold.ts';

type Spec = PolicyPackInput['spec'];
const members = (said: Record<string, Shape>): Shape => ({ is: 'object', members: said });

const SENT: Shape = members({
  path: { is: 'path', under: '/data/reports', parts: 2 },
  url: { is: 'url', scheme: 'https', host: 'a.example' },
  note: { is: 'text', chars: 16 },
  amount: { is: 'number', above: 1000, upTo: 2000, whole: true },
  mode: { is: 'value', value: 'fast' },
});

function reasons(spec: Spec, shape = SENT): string[] {
  const args = standInFor(shape, 'least') as Record<string, unknown>;
  const principal = { kind: 'token', name: 'ada', groups: [] } as const;
  const asked = {
    policy: policyOf(pack(spec)),
    principal,
    target: { kind: 'tool', name: 'save', args } as const,
    shape,
  };
  return untoldOf({ ...asked, moment: { now: 0, session: undefined } }).map(({ why }) => why);
}
const rule = (more: object): Spec => ({ tools: [{ names: ['save'], effect: 'Allow', ...more }] });
const check = (name: string, said: object): Spec => rule({ arguments: { [name]: said } });
const MORE = (name: string): string[] => [`it asks more of ${name} than is kept`];

it.each<[string, Spec, string[]]>([
  ['a root that holds it', check('path', { type: 'path', roots: ['/data'] }), []],
  ['a root beside it', check('path', { type: 'path', roots: ['/etc'] }), []],
  ['a root below what is kept', check('path', { type: 'path', roots: ['/data/reports/q1'] }), MORE('path')],
  ['a path where the log has a text', check('note', { type: 'path', roots: ['/data'] }), MORE('note')],
  ['a host', check('url', { type: 'url', hosts: ['b.example'] }), []],
  ['a pattern', check('note', { type: 'string', pattern: 'a+' }), MORE('note')],
  ['words of a text', check('note', { type: 'string', enum: ['a'] }), MORE('note')],
  ['words of a word', check('mode', { type: 'string', enum: ['slow'] }), []],
  ['a length', check('note', { type: 'string', maxLength: 8 }), []],
  ['the length of a path', check('path', { type: 'string', maxLength: 8 }), MORE('path')],
  ['a range', check('amount', { type: 'integer', max: 1500 }), []],
  ['an identifier', check('note', { type: 'identifier' }), MORE('note')],
  ['a command line', check('note', { type: 'shell' }), MORE('note')],
  ['a statement', check('note', { type: 'sql' }), MORE('note')],
  ['what was not sent', check('other', { type: 'string', pattern: 'a' }), []],
  ['a condition on a number', rule({ when: 'arguments.amount > 1000' }), []],
  ['a condition on a word', rule({ when: 'arguments.mode == "fast"' }), []],
  ['a condition on a text', rule({ when: 'arguments.note == "x"' }), ['its condition reads arguments.note']],
  [
    'a condition on a text by its index',
    rule({ when: 'arguments["note"] == "x"' }),
    ['its condition reads arguments["note"]'],
  ],
  ['a condition on who calls', rule({ when: 'principal.name == "ada"' }), []],
  ['a rule for somebody else', rule({ principals: { names: ['bob'] }, when: 'arguments.note == "x"' }), []],
  ['a rule in shadow', rule({ mode: 'Shadow', when: 'arguments.note == "x"' }), []],
  ['secrets', { dlp: [{ detect: ['secrets'], effect: 'Deny' }] }, []],
  [
    'words',
    { dlp: [{ words: [{ name: 'a', words: ['b'] }], effect: 'Deny' }] },
    ['it looks for words or patterns in texts'],
  ],
  [
    'how a text is written',
    { dlp: [{ detect: ['hiddenText'], effect: 'Deny' }] },
    ['it looks at how texts are written'],
  ],
  ['words in answers', { dlp: [{ words: [{ name: 'a', words: ['b'] }], in: ['results'], effect: 'Deny' }] }, []],
])('%s', (_what, spec, why) => expect(reasons(spec)).toEqual(why));

it('nothing is lost of what is kept whole', () => {
  expect(
    reasons(check('mode', { type: 'string', pattern: 'a+' }), members({ mode: { is: 'value', value: 'fast' } })),
  ).toEqual([]);
});

it('of what was not looked at, nothing is known', () => {
  const long = members({ note: { is: 'text', chars: 65_536, found: ['not-looked-at'] } });
  expect(reasons({ dlp: [{ detect: ['secrets'], effect: 'Deny' }] }, long)).toEqual([
    'a text was too long to be looked at',
  ]);
});

it('members that are not kept by name may be what a condition reads', () => {
  expect(
    reasons(rule({ when: 'has(arguments.other)' }), {
      is: 'object',
      members: { a: { is: 'text', chars: 8 } },
      left: 1,
    }),
  ).toEqual(['its condition reads arguments.other']);
});
