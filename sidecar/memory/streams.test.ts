import { describe, expect, it } from 'vitest';
import { NEWEST_LEGACY } from '../../core/mcp/revisions/index.ts';
import { refuse } from '../../core/mcp/refusals.ts';
import type { Principal } from '../../core/policy/principal.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { NO_LIST_CHANGES } from './conversation.ts';
import { type Session, SessionTable } from './sessions.ts';
import { type OpenStream, Streams } from './streams.ts';

const ada: Principal = { kind: 'token', name: 'ada', groups: [] };
const bob: Principal = { kind: 'token', name: 'bob', groups: [] };

/** A stream that keeps what it is told. */
function stream(more: Partial<OpenStream> = {}): OpenStream & { readonly told: string[] } {
  const told: string[] = [];
  return {
    ...{ told, principal: ada, session: undefined, changes: NO_LIST_CHANGES, subscriptionId: undefined },
    ...{ awaitsAnswers: false, isStillProven: () => true },
    write: (event: Buffer) => void told.push(event.toString()),
    end: ({ reason }) => void told.push(`ended: ${reason}`),
    ...more,
  };
}

function opened(...open: OpenStream[]): Streams {
  const streams = new Streams();
  for (const one of open) streams.add(one);
  return streams;
}

const sessionOf = (id: string): Session => new SessionTable(new FakeClock()).open(id, ada, NEWEST_LEGACY);

describe('streams that are open', () => {
  it('keep their session in use, once each, however often they are closed', () => {
    const session = sessionOf('s');
    const one = stream({ session });
    const streams = opened(one, stream({ session }));
    expect(session.inUse).toBe(2);
    streams.delete(one);
    streams.delete(one);
    expect([session.inUse, streams.size]).toEqual([1, 1]);
  });

  it('end with their session, and no other does', () => {
    const session = sessionOf('s');
    const [its, others, none] = [stream({ session }), stream({ session: sessionOf('t') }), stream()];
    opened(its, others, none).endSession(session);
    expect([its.told, others.told, none.told]).toEqual([['ended: session-not-found'], [], []]);
  });

  it('end when what proved their principal does so no more', () => {
    const [known, unknown] = [stream(), stream({ isStillProven: () => false })];
    opened(known, unknown).endUnproven();
    expect([known.told, unknown.told]).toEqual([[], ['ended: unauthenticated']]);
  });

  it('end together, also where each takes itself out meanwhile', () => {
    const all = [stream(), stream(), stream()];
    const streams = new Streams();
    for (const one of all) streams.add({ ...one, end: (why) => (one.end(why), streams.delete(one)) });
    streams.endAll(refuse('draining'));
    expect(all.flatMap(({ told }) => told)).toEqual(Array.from({ length: 3 }, () => 'ended: draining'));
  });

  it('are told of the lists of which their client wants to know, under the subscription that they are', () => {
    const legacy = stream({ changes: { ...NO_LIST_CHANGES, tools: true } });
    const modern = stream({ changes: { ...NO_LIST_CHANGES, prompts: true }, subscriptionId: 7 });
    const silent = stream();
    opened(legacy, modern, silent).tellListsChanged();
    expect(legacy.told).toEqual([expect.stringContaining('notifications/tools/list_changed')]);
    expect(modern.told).toEqual([expect.stringMatching(/notifications\/prompts\/list_changed.*:7/)]);
    expect(silent.told).toEqual([]);
  });

  it.each([
    ['nobody', [], false],
    ['a stream of its own answers', [false], false],
    ['one that carries those of calls', [false, true], true],
  ])('are waited for: %s', (_name, awaits, expected) => {
    expect(opened(...awaits.map((awaitsAnswers) => stream({ awaitsAnswers }))).awaitAnswers).toBe(expected);
  });

  it('are bounded for each principal, so that nobody takes those of others', () => {
    const streams = opened(...Array.from({ length: 5_000 }, () => stream()));
    expect([streams.hasRoomFor(ada), streams.hasRoomFor(bob)]).toEqual([false, true]);
    const last = stream({ principal: bob });
    for (let i = 0; i < 5_000; i++) streams.add(i === 0 ? last : stream({ principal: { ...bob, name: `bob ${i}` } }));
    expect(streams.hasRoomFor(bob)).toBe(false);
    streams.delete(last);
    expect(streams.hasRoomFor(bob)).toBe(true);
  });
});
