import { describe, expect, it } from 'vitest';
import { ADA, BOB, CUSTOMER, Day } from './testing/taint-day.ts';

describe('a rule', () => {
  it('is of one session, of one group, or of one caller', () => {
    const inSession = (session: string) => ({ session });
    const bySession = new Day({ per: 'session' });
    bySession.read(CUSTOMER, ADA, inSession('a'));
    expect(bySession.send(CUSTOMER, ADA, inSession('b'))).toBeUndefined();
    expect(bySession.send(CUSTOMER, ADA, inSession('a'))).toMatch(/hold what/);
    const byGroup = new Day({ per: 'group' });
    byGroup.read();
    expect(byGroup.send(CUSTOMER, BOB)).toMatch(/hold what/);
    const other = new Day();
    other.read(CUSTOMER, ADA, inSession('a'));
    expect(other.send(CUSTOMER, ADA, inSession('b'))).toMatch(/hold what/);
  });

  it('exempts arguments and tools, and is about some callers only', () => {
    const day = new Day({ exempt: { arguments: ['to'], tools: ['send_receipt'] } });
    day.read();
    expect(day.call('send_mail', { to: 'erika.m@kunde.example', body: 'Thank you.' })).toBeUndefined();
    expect(day.call('send_receipt', { body: CUSTOMER })).toBeUndefined();
    expect(day.call('send_mail', { to: 'x', body: CUSTOMER })).toMatch(/hold what/);
    const others = new Day({ principals: { names: ['bob'] } });
    others.read();
    expect(others.send(CUSTOMER)).toBeUndefined();
  });

  it('holds for a person with the terms of its own, and with its reason', () => {
    const day = new Day({ effect: 'RequireApproval', reason: 'customer data stays in the house' });
    day.read();
    expect(day.send(CUSTOMER)).toMatch(
      /^RequireApproval: its arguments hold .* \(customer data stays in the house\)\.$/,
    );
  });

  it('only records in shadow', () => {
    for (const day of [new Day({ mode: 'Shadow' }), new Day({}, 'Shadow')]) {
      day.read();
      expect(day.send(CUSTOMER)).toMatch(/^in shadow Deny: its arguments hold/);
    }
  });
});
