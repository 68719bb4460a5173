import { describe, expect, test } from 'vitest';
import { submissionSchema } from './submission.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const sent = {
  method: 'tools/call',
  target: { kind: 'tool', name: 'transfer' },
  preview: { amount: 5 },
  digest,
  principal: { kind: 'token', name: 'ada', groups: ['agents'] },
  revision: digest,
};

describe('a held call', () => {
  test('is read with the rules that hold it', () => {
    expect(submissionSchema.parse({ ...sent, rules: ['a', 'b'] })).toEqual({
      call: { method: 'tools/call', tool: 'transfer', preview: { amount: 5 }, digest },
      principal: { name: 'ada', groups: ['agents'] },
      revision: digest,
      rules: ['a', 'b'],
    });
  });

  test('is read with the scopes of its caller, which no request shows', () => {
    const { principal, scopes } = submissionSchema.parse({
      ...sent,
      principal: { ...sent.principal, scopes: ['pay'] },
    });
    expect({ principal, scopes }).toEqual({ principal: { name: 'ada', groups: ['agents'] }, scopes: ['pay'] });
  });

  test('is read with the earlier call that stands against it, in which nothing is markup', () => {
    const { came } = submissionSchema.parse({ ...sent, came: 'since tool "<b>" was called\njust now' });
    expect(came).not.toMatch(/[<\n]/);
    expect(came).toContain('was called');
  });

  test('of a gate that says more of its rules is read without', () => {
    const more = { reason: 'mine', expiresMs: 1, rules: [] };
    expect(Object.keys(submissionSchema.parse({ ...sent, ...more }))).toEqual([
      'call',
      'principal',
      'revision',
      'rules',
    ]);
  });

  test.each([
    ['one rule', 'a/b#c', ['a/b#c']],
    ['several', 'a/b#c, a/b#d', ['a/b#c', 'a/b#d']],
    ['several, of which the last is cut', 'a/b#c, a/b#…', ['a/b#c']],
  ])('of the first release is read by its text of %s', (_, rule, rules) => {
    expect(submissionSchema.parse({ ...sent, rule, reason: 'x', expiresMs: 1 }).rules).toEqual(rules);
  });

  test('of a method is none that could wait', () => {
    expect(submissionSchema.safeParse({ ...sent, target: { kind: 'method', name: 'x' } }).success).toBe(false);
  });
});

describe('what a person reads first', () => {
  const pin = `sha256:${'c'.repeat(64)}`;
  const shown = { title: 'Transfer', redacted: [{ kind: 'iban', at: '/to', sent: true }] };

  test('is taken from the gate, with the definition that it is of', () => {
    const { call } = submissionSchema.parse({ ...sent, rules: [], pin, shown });
    expect(call).toMatchObject({ pin, shown });
  });

  test.each([
    [
      'what was before, which the operator knows itself',
      { ...shown, before: { approved: 900, denied: 0, waiting: 0 } },
    ],
    ['what a later gate says besides', { ...shown, more: 1 }],
  ])('but for %s', (_, said) => {
    expect(submissionSchema.parse({ ...sent, rules: [], shown: said }).call.shown).toEqual(shown);
  });

  test.each([
    ['nothing', undefined],
    ['what does not fit', { title: 'a\nb' }],
    ['what is no such thing', 'x'],
  ])('where it is %s there is the call alone', (_, said) => {
    const { call } = submissionSchema.parse({ ...sent, rules: [], shown: said });
    expect(call).not.toHaveProperty('shown');
    expect(call).not.toHaveProperty('pin');
  });
});
