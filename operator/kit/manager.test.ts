import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { aborted } from './clock.ts';
import { Manager, type Leadership, type Runnable } from './manager.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';

const log = pino({ level: 'silent' });

/** Parts that write down what happens to them. */
class Diary {
  readonly lines: string[] = [];

  part(
    name: string,
    options: {
      needsLeader?: boolean;
      ready?: Promise<void>;
      ends?: Promise<void>;
      stops?: Promise<void>;
      leaves?: boolean;
    } = {},
  ): Runnable {
    const { needsLeader = false, ready, ends, stops, leaves = false } = options;
    return {
      name,
      needsLeader,
      ...(leaves ? { leave: () => void this.lines.push(`${name} leaves`) } : {}),
      ...(ready === undefined ? {} : { ready }),
      start: async (signal) => {
        this.lines.push(`${name} up`);
        await Promise.race([aborted(signal), ends ?? aborted(signal)]);
        await stops;
        this.lines.push(`${name} down`);
      },
    };
  }

  leadership(options: { acquired?: Promise<boolean>; lost?: Promise<never>; stopWithinMs?: number } = {}): Leadership {
    return {
      ...(options.stopWithinMs === undefined ? {} : { stopWithinMs: options.stopWithinMs }),
      acquire: async (signal) => Promise.race([options.acquired ?? true, aborted(signal).then(() => false)]),
      hold: async (signal) => {
        this.lines.push('leading');
        await Promise.race([aborted(signal), options.lost ?? aborted(signal)]);
      },
      release: async () => void this.lines.push('released'),
    };
  }
}

function run(manager: Manager): { stop: () => Promise<void>; ended: Promise<void> } {
  const abort = new AbortController();
  const ended = manager.run(abort.signal);
  ended.catch(() => {});
  return {
    ended,
    stop: () => {
      abort.abort();
      return ended;
    },
  };
}

describe('Manager', () => {
  it('starts in the order of the list, leading parts last, and stops in reverse', async () => {
    const diary = new Diary();
    const manager = new Manager({ log, leadership: diary.leadership() });
    manager.add(diary.part('probes'));
    manager.add(diary.part('controllers', { needsLeader: true }));
    manager.add(diary.part('webhooks'));
    manager.add(diary.part('caches'));
    const { stop } = run(manager);
    await settle();
    await stop();
    expect(diary.lines).toEqual([
      'probes up',
      'webhooks up',
      'caches up',
      'leading',
      'controllers up',
      'controllers down',
      'released',
      'caches down',
      'webhooks down',
      'probes down',
    ]);
  });

  it('waits with a step until the one before is ready', async () => {
    const diary = new Diary();
    const ready = Promise.withResolvers<void>();
    const manager = new Manager({ log });
    manager.add(diary.part('cache a'), diary.part('cache b', { ready: ready.promise }));
    manager.add(diary.part('controllers', { needsLeader: true }));
    const { stop } = run(manager);
    await settle();
    expect(diary.lines).toEqual(['cache a up', 'cache b up']);
    ready.resolve();
    await settle();
    expect(diary.lines.at(-1)).toBe('controllers up');
    await stop();
  });

  it('stops although a part never became ready', async () => {
    const diary = new Diary();
    const manager = new Manager({ log });
    manager.add(diary.part('cache', { ready: new Promise(() => {}) }));
    manager.add(diary.part('never'));
    const { stop } = run(manager);
    await settle();
    await stop();
    expect(diary.lines).toEqual(['cache up', 'cache down']);
  });

  it('stops while it waits to lead, and does not release what it never had', async () => {
    const diary = new Diary();
    const manager = new Manager({ log, leadership: diary.leadership({ acquired: new Promise(() => {}) }) });
    manager.add(diary.part('caches'));
    manager.add(diary.part('controllers', { needsLeader: true }));
    const { stop } = run(manager);
    await settle();
    await stop();
    expect(diary.lines).toEqual(['caches up', 'caches down']);
  });

  it('no longer tries to lead when a part has failed', async () => {
    const diary = new Diary();
    const fails = Promise.withResolvers<void>();
    let trying = false;
    const leadership: Leadership = {
      ...diary.leadership(),
      acquire: async (signal) => {
        trying = true;
        await aborted(signal);
        trying = false;
        return false;
      },
    };
    const manager = new Manager({ log, leadership });
    manager.add(diary.part('webhooks', { ends: fails.promise }));
    manager.add(diary.part('controllers', { needsLeader: true }));
    const { ended } = run(manager);
    await settle();
    expect(trying).toBe(true);
    fails.reject(new Error('no port'));
    await expect(ended).rejects.toThrow('webhooks failed: no port');
    expect(trying).toBe(false);
  });

  it('gives the lease back that it got while stopping', async () => {
    const diary = new Diary();
    const acquired = Promise.withResolvers<boolean>();
    const leadership: Leadership = { ...diary.leadership(), acquire: () => acquired.promise };
    const manager = new Manager({ log, leadership });
    manager.add(diary.part('controllers', { needsLeader: true }));
    const { stop } = run(manager);
    await settle();
    await stop();
    acquired.resolve(true);
    await settle();
    expect(diary.lines).toEqual(['released']);
  });

  it('brings everything down when a part fails, and says which', async () => {
    const diary = new Diary();
    const fails = Promise.withResolvers<void>();
    const manager = new Manager({ log });
    manager.add(diary.part('probes'));
    manager.add(diary.part('webhooks', { ends: fails.promise }));
    const { ended } = run(manager);
    await settle();
    fails.reject(new Error('listen EADDRINUSE :::9443'));
    await expect(ended).rejects.toThrow('webhooks failed: listen EADDRINUSE :::9443');
    expect(diary.lines).toEqual(['probes up', 'webhooks up', 'probes down']);
  });

  it('goes on when a part has nothing more to do', async () => {
    const diary = new Diary();
    const manager = new Manager({ log });
    manager.add(diary.part('once', { ends: Promise.resolve() }), diary.part('always'));
    const { stop } = run(manager);
    await settle();
    expect(diary.lines).toEqual(['once up', 'always up', 'once down']);
    await stop();
  });

  it('stops the leading parts first when the lease is lost, and does not release it', async () => {
    const diary = new Diary();
    const lost = Promise.withResolvers<never>();
    const manager = new Manager({ log, leadership: diary.leadership({ lost: lost.promise }) });
    manager.add(diary.part('caches'));
    manager.add(diary.part('controllers', { needsLeader: true }));
    const { ended } = run(manager);
    await settle();
    lost.reject(new Error('the lease was taken over'));
    await expect(ended).rejects.toThrow('leader election failed: the lease was taken over');
    expect(diary.lines.slice(3)).toEqual(['controllers down', 'caches down']);
  });

  it('does not call it a failure when a part fails while it stops', async () => {
    const diary = new Diary();
    const manager = new Manager({ log });
    const stops = Promise.withResolvers<void>();
    manager.add(diary.part('late', { stops: stops.promise }));
    const { stop } = run(manager);
    await settle();
    const stopped = stop();
    stops.reject(new Error('socket closed'));
    await expect(stopped).resolves.toBeUndefined();
  });

  it('gives up on a part that does not stop in time, and keeps the lease it may still act under', async () => {
    const diary = new Diary();
    const clock = new FakeClock();
    const manager = new Manager({ log, clock, leadership: diary.leadership() });
    manager.add(diary.part('controllers', { needsLeader: true, stops: new Promise(() => {}) }));
    const { stop } = run(manager);
    await settle();
    const stopped = stop();
    stopped.catch(() => {});
    await clock.advance(25_000);
    await expect(stopped).rejects.toThrow('did not stop within 25 s: controllers');
    expect(diary.lines).not.toContain('released');
  });

  it('tells everybody first, lets another lead at once, and answers for a while before it stops', async () => {
    const diary = new Diary();
    const clock = new FakeClock();
    const manager = new Manager({ log, clock, leadership: diary.leadership(), leaveMs: () => 7_000 });
    manager.add(diary.part('probes', { leaves: true }));
    manager.add(diary.part('webhooks', { leaves: true }));
    manager.add(diary.part('controllers', { needsLeader: true }));
    const { stop } = run(manager);
    await settle();
    diary.lines.length = 0;
    const stopped = stop();
    await clock.advance(6_999);
    expect(diary.lines).toEqual(['webhooks leaves', 'probes leaves', 'controllers down', 'released']);
    await clock.advance(1);
    await stopped;
    expect(diary.lines.slice(4)).toEqual(['webhooks down', 'probes down']);
    expect(clock.pending).toBe(0);
  });

  it('who has lost the lead is gone when what leads has not stopped by the time that the lease ends', async () => {
    const diary = new Diary();
    const clock = new FakeClock();
    const lost = Promise.withResolvers<never>();
    const leadership = diary.leadership({ lost: lost.promise, stopWithinMs: 3_000 });
    const manager = new Manager({ log, clock, leadership, leaveMs: () => 7_000 });
    manager.add(diary.part('controllers', { needsLeader: true, stops: new Promise(() => {}) }));
    const { ended } = run(manager);
    await settle();
    lost.reject(new Error('could not be renewed'));
    let isOver = false;
    ended.catch(() => (isOver = true));
    await clock.advance(2_999);
    expect(isOver).toBe(false);
    await clock.advance(1);
    await expect(ended).rejects.toThrow('leader election failed: could not be renewed');
    expect(diary.lines).not.toContain('released');
  });

  it('goes on answering for a while when only the lead was lost, and does not where a part has failed', async () => {
    const diary = new Diary();
    const clock = new FakeClock();
    const lost = Promise.withResolvers<never>();
    const fails = Promise.withResolvers<void>();
    const leading = new Manager({
      log,
      clock,
      leadership: diary.leadership({ lost: lost.promise }),
      leaveMs: () => 7_000,
    });
    leading.add(diary.part('webhooks'));
    leading.add(diary.part('controllers', { needsLeader: true }));
    const failing = new Manager({ log, clock, leaveMs: () => 7_000 });
    failing.add(diary.part('probes'));
    failing.add(diary.part('listener', { ends: fails.promise }));
    const [first, second] = [run(leading), run(failing)];
    await settle();
    diary.lines.length = 0;
    lost.reject(new Error('taken over'));
    fails.reject(new Error('no port'));
    await settle();
    expect(diary.lines).toEqual(['controllers down', 'probes down']);
    await clock.advance(7_000);
    await expect(first.ended).rejects.toThrow('taken over');
    await expect(second.ended).rejects.toThrow('no port');
    expect(diary.lines.at(-1)).toBe('webhooks down');
  });

  it('starts nothing when it is over before it begins', async () => {
    const diary = new Diary();
    const manager = new Manager({ log });
    manager.add(diary.part('probes'));
    await manager.run(AbortSignal.abort());
    expect(diary.lines).toEqual([]);
  });
});
