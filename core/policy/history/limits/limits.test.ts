import { describe, expect, it } from 'vitest';
import type { PolicyPackInput } from '../../../api/policy-pack.ts';
import type { Mode } from '../../../api/modes.ts';
import { pack, policyOf } from '../../testing/gen.ts';
import { Timeline } from '../testing/timeline.ts';

type Limits = NonNullable<PolicyPackInput['spec']['limits']>;

const under = (limits: Limits, mode: Mode = 'Enforce') => new Timeline(policyOf(pack({ limits, mode }, 'payments')));
const sentenceOf = (played: ReturnType<Timeline['call']>) => played.against[0]?.verdict.causes[0]?.detail;

const KINDS: Readonly<Record<string, { readonly limits: (mode: Mode) => Limits; readonly ok: boolean }>> = {
  rate: { limits: (mode) => ({ rate: [{ calls: 1, window: '1m', mode }] }), ok: true },
  concurrent: { limits: (mode) => ({ concurrent: [{ calls: 1, mode }] }), ok: true },
  resultBytes: { limits: (mode) => ({ resultBytes: [{ bytes: '1Ki', window: '1m', mode }] }), ok: true },
  identical: { limits: (mode) => ({ loops: [{ identical: 1, window: '1m', mode }] }), ok: true },
  failing: { limits: (mode) => ({ loops: [{ failing: 1, window: '1m', mode }] }), ok: false },
};

describe.each(Object.entries(KINDS))('%s', (_, { limits, ok }) => {
  /** Once, and again while the first is still open. */
  function again(mode: Mode, ofPack: Mode = 'Enforce') {
    const timeline = under(limits(mode), ofPack);
    timeline.call().answers({ ok, bytes: 1024 });
    const { against, inShadow } = timeline.call();
    return [against, inShadow].map((all) => all.map(({ verdict }) => verdict.effect));
  }

  it('denies where it is enforced', () => {
    expect(again('Enforce')).toEqual([['Deny'], []]);
  });

  it('in shadow denies nothing, and says what it would have', () => {
    expect(again('Shadow')).toEqual([[], ['Deny']]);
  });

  it('is in shadow where its pack is', () => {
    expect(again('Enforce', 'Shadow')).toEqual([[], ['Deny']]);
  });

  it('says when the call would pass, and then it does', () => {
    const timeline = under(limits('Enforce'));
    const first = timeline.call();
    first.answers({ ok, bytes: 1024 });
    const { retryMs } = timeline.call().against[0]?.limited ?? expect.fail();
    first.ends();
    expect(timeline.after(retryMs ?? expect.fail()).call().against).toEqual([]);
  });
});

describe('what a model reads', () => {
  it('of calls', () => {
    const timeline = under({ rate: [{ name: 'burst', per: ['principal', 'tool'], calls: 2, window: '1m' }] });
    timeline.passes();
    timeline.passes();
    expect(sentenceOf(timeline.after(20_000).call())).toBe(
      'after 2 calls of this tool by this caller in a minute, which is the most. Call again in 44 seconds, at 12:01:04Z.',
    );
  });

  it('of calls at once', () => {
    const timeline = under({ concurrent: [{ calls: 1 }] });
    timeline.call();
    expect(sentenceOf(timeline.call())).toBe(
      'while 1 call by this caller is under way, which is the most. Call again once one has ended; look in 2 seconds, at 12:00:02Z.',
    );
  });

  it('of bytes', () => {
    const timeline = under({ resultBytes: [{ bytes: '1Ki', window: '1h' }] });
    timeline.call().answers({ bytes: 3000 });
    expect(sentenceOf(timeline.call())).toBe(
      'after answers of 3000 bytes to calls by this caller in an hour, of at most 1024. Ask for less at once, and call again in 64 minutes, at 13:03:45Z.',
    );
  });

  it('of the same call', () => {
    const timeline = under({ loops: [{ identical: 1, window: '5m' }] });
    timeline.passes();
    expect(sentenceOf(timeline.call())).toBe(
      'called with the same arguments 1 time in 5 minutes, which is the most. Change the arguments, or do something else; the same passes again in 6 minutes, at 12:05:19Z.',
    );
  });

  it('of failures', () => {
    const timeline = under({ loops: [{ failing: 2, window: '5m' }] });
    timeline.call().answers({ ok: false });
    timeline.call().answers({ ok: false });
    expect(sentenceOf(timeline.call())).toBe(
      'which has failed 2 times in a row in 5 minutes. Find out why, or do something else; it may be tried again in 6 minutes, at 12:05:19Z.',
    );
  });
});

describe('several limits', () => {
  it('hold together, those of other packs too, and a call that one refuses counts in none', () => {
    const timeline = new Timeline(
      policyOf(
        pack({ limits: { rate: [{ calls: 1, window: '1s' }] } }, 'strict'),
        pack({ limits: { rate: [{ calls: 3, window: '1h' }] } }, 'wide'),
      ),
    );
    let sent = 0;
    for (let i = 0; i < 100; i++) if (timeline.after(100).passes()) sent++;
    expect(sent).toBe(3);
    expect(timeline.call().against.map(({ verdict }) => verdict.rules)).toEqual([['finance/wide#limits.rate[0]']]);
  });

  it('say what is left of each', () => {
    const timeline = under({
      rate: [{ name: 'burst', calls: 5, window: '1m' }],
      resultBytes: [{ name: 'bulk', bytes: '1Ki', window: '1h' }],
    });
    timeline.call().answers({ bytes: 24 });
    expect(timeline.call().left.map(({ policy, remaining }) => [policy, remaining])).toEqual([
      ['finance/payments#burst', 3],
      ['finance/payments#bulk', 1000],
    ]);
  });
});
