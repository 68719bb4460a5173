/** Whatever people write and callers send, an answer comes, in time, and is one of three: yes, no, or a failure. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Condition } from './condition.ts';
import { type Expression, isExpression, MACROS } from './expression.ts';
import { Failure } from './failure.ts';
import { isMistake, parseCondition } from './parse.ts';
import { seenBy } from './seen.ts';
import { FUNCTIONS } from './signatures.ts';
import { FACTS, Purse } from './testing/ask.ts';

const RUNS = { numRuns: 3_000 };

const words = [
  ...[
    'arguments',
    'principal',
    'tool',
    'now',
    'session',
    '.name',
    '.a',
    '["a"]',
    '[0]',
    '(',
    ')',
    ',',
    '[',
    ']',
    '{',
    '}',
    ':',
  ],
  ...[
    '&&',
    '||',
    '!',
    '?',
    '==',
    '!=',
    '<',
    '>=',
    '+',
    '-',
    '*',
    '/',
    '%',
    'in',
    'has',
    'true',
    'null',
    '1',
    '1.5',
    '-1',
  ],
  ...[
    '"a"',
    '"["',
    "r'\\d'",
    '9223372036854775807',
    '1e309',
    '.exists(x,',
    '.map(x,',
    'x',
    '["/data"]',
    '"10.0.0.0/8"',
  ],
  ...FUNCTIONS.map((name) => `${name}(`),
  ...FUNCTIONS.map((name) => `.${name}(`),
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...words), { maxLength: 24 }).map((parts) => parts.join(' ')),
  fc.string({ maxLength: 60, unit: 'binary' }),
);
const args = fc.dictionary(
  fc.constantFrom('a', 'A', 'amount', '__proto__', 'constructor', ''),
  fc.jsonValue({ maxDepth: 4 }),
);

/** Trees that no type checker has seen: what a gate may be given. */
const { tree } = fc.letrec<{ tree: Expression }>((tie) => {
  const leaf = fc.oneof(
    fc.constantFrom<Expression>(
      ['name', 'arguments'],
      ['name', 'principal'],
      ['name', 'now'],
      ['name', 'x'],
      ['name', '?'],
    ),
    fc.oneof(fc.string(), fc.boolean(), fc.constant(null)).map((value): Expression => ['value', value]),
    fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }).map((value): Expression => ['int', String(value)]),
    fc.double().map((value): Expression => ['double', value]),
    fc.constantFrom<Expression>(['type', 'int'], ['list', [['value', '/data']]], ['list', [['value', 'a.com']]]),
  );
  const inner = tie('tree');
  const name = fc.constantFrom('a', 'name', '__proto__', 'length');
  const called = fc.constantFrom('==', '<', '+', '-', '*', '/', '%', 'in', '!', 'neg', '[]', 'toString', ...FUNCTIONS);
  return {
    tree: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      leaf,
      fc.tuple(fc.constantFrom('field' as const, 'has' as const), inner, name),
      fc.tuple(fc.constantFrom('and' as const, 'or' as const), inner, inner),
      fc.tuple(fc.constant('if' as const), inner, inner, inner),
      fc.tuple(fc.constant('call' as const), called, fc.array(inner, { maxLength: 3 })),
      fc.tuple(fc.constant('list' as const), fc.array(inner, { maxLength: 3 })),
      fc.tuple(fc.constant('map' as const), fc.array(fc.tuple(inner, inner), { maxLength: 2 })),
      fc.tuple(
        fc.constant('each' as const),
        fc.constantFrom(...MACROS),
        fc.constantFrom('x', 'arguments'),
        inner,
        fc.array(inner, { minLength: 1, maxLength: 2 }),
      ),
    ) as fc.Arbitrary<Expression>,
  };
});

function answers(expression: Expression, sent: object): void {
  const purse = new Purse();
  const answer = new Condition(expression).ask(FACTS, 'transfer', sent, purse);
  expect(typeof answer === 'boolean' || answer instanceof Failure).toBe(true);
  expect(1_000_000 - purse.left).toBeLessThan(3_000_000);
  seenBy(expression, FACTS, 'transfer', sent);
}

it('of texts that people could write', () => {
  fc.assert(
    fc.property(text, args, (written, sent) => {
      const parsed = parseCondition(written, 'tool');
      if (isMistake(parsed)) {
        expect(parsed.problem).not.toBe('');
        expect(parsed.mend).not.toBe('');
        return;
      }
      expect(isExpression(JSON.parse(JSON.stringify(parsed)))).toBe(true);
      answers(parsed, sent);
    }),
    RUNS,
  );
});

it('of trees that nobody has checked', () => {
  fc.assert(fc.property(tree, args, answers), RUNS);
});

it('the same each time, whatever was asked before', () => {
  const condition = (written: string) => new Condition(parseCondition(written, 'tool') as Expression);
  const shared = condition('arguments.a.exists(x, x == 1) || arguments.a.all(y, y > 5)');
  fc.assert(
    fc.property(args, args, (first, second) => {
      const ask = (one: Condition, sent: object) => {
        const answer = one.ask(FACTS, '', sent, new Purse());
        return typeof answer === 'boolean' ? answer : answer.reason;
      };
      ask(shared, first);
      expect(ask(shared, second)).toBe(
        ask(condition('arguments.a.exists(x, x == 1) || arguments.a.all(y, y > 5)'), second),
      );
    }),
    { numRuns: 300 },
  );
});
