import { describe, expect, it } from 'vitest';
import { ada, pack, policyOf, tool } from '../core/policy/testing/gen.ts';
import { explainCall } from './explain-call.ts';
import { renderExplained } from './render-explained.ts';

const shown = (args: Parameters<typeof tool>[1], ...packs: Parameters<typeof policyOf>) =>
  renderExplained(explainCall(policyOf(...packs), ada, tool('get', args), undefined));

const allow = pack({ tools: [{ name: 'all', names: ['*'], effect: 'Allow' }] });

describe('an explained call on a terminal', () => {
  it('is one line of decision, the rules, and the arguments', () => {
    expect(shown({ q: 'x' }, allow)).toBe(
      [
        'Allow: tool "get", by finance/pack#all',
        '',
        'Rules whose names match:',
        '  finance/pack#all: Allow',
        '',
        'Arguments, as detectors would take them; no pack has `detectors`:',
        '  /q: a text of which nothing is known',
        '',
      ].join('\n'),
    );
  });

  it('says what is in shadow, and who else looks at arguments', () => {
    const text = shown(
      { url: 'http://127.1' },
      allow,
      pack({ mode: 'Shadow', detectors: { use: 'Default' } }, 'watch'),
    );
    expect(text).toContain('  In shadow it would be Deny, by finance/watch#detectors\n');
    expect(text).toContain('as the detectors of finance/watch#detectors in shadow take them:');
    expect(text).toMatch(/ {2}\/url: url, since its name ends in "url": found url .*\n/);
  });

  it('says where no rule is about it, and nothing of arguments where there are none', () => {
    expect(shown({}, pack({ tools: [{ names: ['x'], effect: 'Allow' }] }))).toMatch(
      /^Deny: tool "get"\n {2}The model reads: .*\n\nNo rule has a name that matches\.\n$/,
    );
  });

  it('has nothing in it that moves the terminal, wherever it stands', () => {
    const explained = explainCall(
      policyOf(allow),
      ada,
      tool('sql \u009b2J\u202e', { 'query\u009b': 'x\u009b' }),
      undefined,
    );
    const text = renderExplained(explained);
    expect(text).toContain('speaks SQL');
    expect(text).not.toMatch(/[\u009b\u202e]/);
  });
});
