import { describe, expect, it } from 'vitest';
import { NEWEST_LEGACY } from '../../core/mcp/revisions/index.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Conversation } from './conversation.ts';
import { Holds, type Waiting } from './holds.ts';
import { SessionTable } from './sessions.ts';

const conversation = new Conversation();
const waiting = (about: Partial<Waiting> = {}): Waiting => ({
  ...{ id: 1, conversation, session: undefined, doing: { principal: ada, targets: [] } },
  ...about,
});

function holds(...calls: Waiting[]) {
  const table = new Holds(100);
  const ended: string[] = [];
  calls.forEach((call, i) => {
    const end = (how: string) => (): void => {
      ended.push(`${how} ${i}`);
      table.delete(call);
    };
    table.add(call, { cancel: end('cancelled'), abandon: end('abandoned') }, 30);
  });
  return { table, ended };
}

describe('a client takes back', () => {
  it.each<[name: string, calls: Waiting[], id: unknown, found: boolean, ended: string[]]>([
    ['its call', [waiting({ id: 7 }), waiting({ id: 8 })], 8, true, ['cancelled 1']],
    ['nothing under an id that it has not used', [waiting({ id: 7 })], '7', false, []],
    ['nothing of another conversation', [waiting({ id: 7, conversation: new Conversation() })], 7, false, []],
    ['nothing where it may be one of two', [waiting({ id: 7 }), waiting({ id: 7 })], 7, false, []],
  ])('%s', (_name, calls, id, found, expected) => {
    const { table, ended } = holds(...calls);
    expect([table.cancel(conversation, id), ended]).toEqual([found, expected]);
  });

  it('nothing by its id in the modern era, where leaving is taking back', () => {
    const { table, ended } = holds(waiting({ conversation: undefined }));
    expect([table.cancel(undefined, 1), ended]).toEqual([false, []]);
  });
});

it('with a session ends all that waits in it', () => {
  const session = new SessionTable(new FakeClock()).open('s', ada, NEWEST_LEGACY);
  const { table, ended } = holds(waiting({ session }), waiting(), waiting({ session }));
  table.cancelSession(session);
  expect([ended, table.size]).toEqual([['cancelled 0', 'cancelled 2'], 1]);
});

it('what waits leaves room for what does not: bodies count until their wait is over', () => {
  const [a, b, c] = [waiting(), waiting(), waiting()];
  const { table } = holds(a, b, c);
  expect([table.hasRoomFor(10), table.hasRoomFor(11)]).toEqual([true, false]);
  table.delete(a);
  table.delete(a);
  expect([table.hasRoomFor(40), table.hasRoomFor(41)]).toEqual([true, false]);
});

describe('the end of the process', () => {
  it('waits for nothing where nothing waits', async () => {
    await holds().table.settled(60_000);
  });

  it('waits until every wait is over', async () => {
    const { table, ended } = holds(waiting(), waiting());
    const settled = table.settled(60_000);
    table.cancelAll();
    await settled;
    expect([ended, table.size]).toEqual([['cancelled 0', 'cancelled 1'], 0]);
  });

  it('gives up what is left after a while, so that it is on record', async () => {
    const { table, ended } = holds(waiting());
    await table.settled(1);
    expect(ended).toEqual(['abandoned 0']);
  });
});
