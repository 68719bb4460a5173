import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import { Inspection } from './inspection.ts';
import { ada, pack, policyOf, tool } from './testing/gen.ts';

const allow = pack({ tools: [{ names: ['*'], effect: 'Allow' }] }, 'allow');
const guard = pack({ detectors: { use: 'Default' } }, 'guard');
const watch = pack({ detectors: { use: 'Default', mode: 'Shadow' } }, 'watch');
const attack = tool('fetch', { url: 'http://169.254.169.254/' });

const decided = (packs: Parameters<typeof policyOf>, target = attack, work?: number) =>
  decide(policyOf(...packs), {
    principal: ada,
    targets: [target],
    inspection: new Inspection({ monotonic: () => 0 }, work),
  });

describe('a pack with detectors', () => {
  it('denies what they find, whatever rules allow, and says where', () => {
    const { effect, rules, causes, findings } = decided([allow, guard]);
    expect({ effect, rules }).toEqual({ effect: 'Deny', rules: ['finance/guard#detectors'] });
    expect(causes[0]?.detail).toContain('argument "url"');
    expect(findings).toMatchObject([{ detector: 'url', pointer: '/url' }]);
  });

  it('records what is found in a text, and lets the call go on', () => {
    const { effect, rules, findings } = decided([allow, guard], tool('post', { body: 'a\u202eb' }));
    expect({ effect, rules }).toEqual({ effect: 'Log', rules: ['finance/guard#detectors'] });
    expect(findings).toMatchObject([{ detector: 'hiddenText', pointer: '/body' }]);
    expect(decided([allow, watch], tool('post', { body: 'a\u202eb' })).would?.effect).toBe('Log');
    expect(decided([guard], tool('post', { body: 'a\u202eb' })).effect).toBe('Deny');
  });

  it('refuses no call for a text that is too long to be looked at', () => {
    expect(decided([allow, guard], tool('post', { body: '\u00e4'.repeat(600_000) })).effect).toBe('Allow');
  });

  it('denies behind however many texts that are only recorded', () => {
    const texts = Array.from({ length: 20 }, () => ({ body: 'a\u202eb' }));
    const { effect, findings } = decided([allow, guard], tool('post', { texts, url: 'http://169.254.169.254/' }));
    expect(effect).toBe('Deny');
    expect(findings.some(({ detector }) => detector === 'url')).toBe(true);
  });

  it('allows nothing by itself', () => {
    expect(decided([guard], tool('fetch', { url: 'https://example.com' })).causes[0]?.kind).toBe('no-rule');
  });

  it('changes nothing where nothing is found, or where there are no arguments', () => {
    expect(decided([allow, guard], tool('fetch', { url: 'https://example.com' })).effect).toBe('Allow');
    expect(decided([allow, guard], { kind: 'tool', name: 'fetch', args: undefined }).effect).toBe('Allow');
    expect(
      decided([pack({ resources: [{ uris: ['**'], effect: 'Allow' }] }), guard], {
        kind: 'resource',
        name: 'x://y',
        args: undefined,
      }).effect,
    ).toBe('Allow');
  });

  it('only records in shadow, of the detectors or of the pack', () => {
    for (const shadow of [watch, pack({ mode: 'Shadow', detectors: { use: 'Default' } }, 'watch')]) {
      const { effect, findings, would } = decided([allow, shadow]);
      expect({ effect, findings }).toEqual({ effect: 'Allow', findings: [] });
      expect(would).toMatchObject({
        effect: 'Deny',
        rules: ['finance/watch#detectors'],
        findings: [{ detector: 'url' }],
      });
    }
  });

  it('refuses what there is no time to look at, and only where it is enforced', () => {
    const long = tool('fetch', { url: `https://example.com/${'a'.repeat(500)}` });
    expect(decided([allow, guard], long, 100).causes[0]?.kind).toBe('inspection-budget');
    expect(decided([allow, watch], long, 100).effect).toBe('Allow');
  });

  it('takes as long as it takes where there is no budget', () => {
    expect(decide(policyOf(allow, guard), { principal: ada, targets: [attack], inspection: undefined }).effect).toBe(
      'Deny',
    );
  });
});
