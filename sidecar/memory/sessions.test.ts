import { describe, expect, it } from 'vitest';
import { NEWEST_LEGACY, OLDEST_LEGACY } from '../../core/mcp/revisions/index.ts';
import type { Principal } from '../../core/policy/principal.ts';
import { SessionTable } from './sessions.ts';
import { FakeClock } from '../testing/fake-clock.ts';

const ada: Principal = { kind: 'token', name: 'ada', groups: [] };

describe('SessionTable', () => {
  it('knows a session only together with the principal it was given to', () => {
    const sessions = new SessionTable(new FakeClock());
    sessions.open('s', ada, NEWEST_LEGACY);
    expect(sessions.find('s', ada)?.revision).toBe(NEWEST_LEGACY);
    expect(sessions.find('s', { ...ada, name: 'bob' })).toBeUndefined();
    expect(sessions.find('s', { ...ada, kind: 'local' })).toBeUndefined();
    expect(sessions.find('t', ada)).toBeUndefined();
  });

  it('forgets a session that is closed', () => {
    const sessions = new SessionTable(new FakeClock());
    const bobs = sessions.open('s', { ...ada, name: 'bob' }, NEWEST_LEGACY);
    sessions.close(sessions.open('s', ada, NEWEST_LEGACY));
    expect(sessions.find('s', bobs.principal)).toBe(bobs);
    expect(sessions.find('s', ada)).toBeUndefined();
  });

  it('takes out the sessions that nobody used for long, but none with an open stream', () => {
    const clock = new FakeClock();
    const sessions = new SessionTable(clock);
    for (const id of ['idle', 'used', 'listening']) sessions.open(id, ada, NEWEST_LEGACY);
    const listening = sessions.find('listening', ada) ?? expect.fail();
    listening.inUse++;
    clock.advance(59 * 60_000);
    sessions.find('used', ada);
    clock.advance(2 * 60_000);
    expect(sessions.closeIdle(60 * 60_000).map(({ id }) => id)).toEqual(['idle']);
    expect(sessions.find('idle', ada)).toBeUndefined();
    expect(sessions.find('used', ada)).toBeDefined();
    expect(sessions.find('listening', ada)).toBeDefined();
  });

  it('opening twice is saying what was agreed on', () => {
    const sessions = new SessionTable(new FakeClock());
    const session = sessions.open('s', ada, NEWEST_LEGACY);
    expect(sessions.open('s', ada, OLDEST_LEGACY)).toBe(session);
    expect(session.revision).toBe(OLDEST_LEGACY);
  });

  it('what is said without a session is one conversation of each principal', () => {
    const sessions = new SessionTable(new FakeClock());
    const conversation = sessions.sessionless(ada);
    expect(sessions.sessionless({ ...ada })).toBe(conversation);
    expect(sessions.sessionless({ ...ada, name: 'bob' })).not.toBe(conversation);
  });

  it('takes from who opens very many its own oldest, and nothing from others', () => {
    const sessions = new SessionTable(new FakeClock());
    const bob: Principal = { ...ada, name: 'bob' };
    sessions.open('bobs', bob, NEWEST_LEGACY);
    for (let i = 0; i <= 1_000; i++) sessions.open(`s${i}`, ada, NEWEST_LEGACY);
    expect(sessions.find('s0', ada)).toBeUndefined();
    expect(sessions.find('s1000', ada)).toBeDefined();
    expect(sessions.find('bobs', bob)).toBeDefined();
  });
});
