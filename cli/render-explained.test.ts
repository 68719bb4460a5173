import { describe, expect, it } from 'vitest';
import { pack, policyOf, tool } from '../core/policy/testing/gen.ts';
import { explainCall } from './explain-call.ts';
import { renderExplained } from './render-explained.ts';

const as = { name: 'ada', groups: [] };
const shown = async (args: Parameters<typeof tool>[1], ...packs: Parameters<typeof policyOf>) =>
  renderExplained(await explainCall({ policy: policyOf(...packs), as, target: tool('get', args), tools: undefined }));

const allow = pack({ tools: [{ name: 'all', names: ['*'], effect: 'Allow' }] });

describe('an explained call on a terminal', () => {
  it('is one line of decision, the rules, and the arguments', async () => {
    expect(await shown({ q: 'x' }, allow)).toBe(
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

  it('says what conditions have read, and what they say', async () => {
    const rule = { name: 'large', names: ['get'], effect: 'Deny' as const, when: 'arguments.amount > 1000' };
    const said = async (amount: unknown) =>
      (await shown({ amount }, allow, pack({ tools: [rule] }, 'sums'))).split('\n');
    expect(await said(5000)).toEqual(
      expect.arrayContaining([
        'Deny: tool "get", by finance/sums#large',
        '  finance/sums#large: Deny',
        '    when arguments.amount > 1000: true',
        '      arguments.amount: 5000',
      ]),
    );
    expect(await said(5)).toContain('    when arguments.amount > 1000: false, so it does not apply');
    expect(await said('5')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^ {4}when arguments\.amount > 1000: cannot be told, argument "amount": It is of the type string/,
        ),
        expect.stringMatching(/^ {2}\/amount: when wrong-type, for finance\/sums#large/),
      ]),
    );
  });

  it('says what is in shadow, and who else looks at arguments', async () => {
    const text = await shown(
      { url: 'http://127.1' },
      allow,
      pack({ mode: 'Shadow', detectors: { use: 'Default' } }, 'watch'),
    );
    expect(text).toContain('  In shadow it would be Deny, by finance/watch#detectors\n');
    expect(text).toContain('as the detectors of finance/watch#detectors in shadow take them:');
    expect(text).toMatch(/ {2}\/url: url, since its name ends in "url": found url .*\n/);
  });

  it('says where no rule is about it, and nothing of arguments where there are none', async () => {
    expect(await shown({}, pack({ tools: [{ names: ['x'], effect: 'Allow' }] }))).toMatch(
      /^Deny: tool "get"\n {2}The model reads: .*\n\nNo rule has a name that matches\.\n$/,
    );
  });

  it('has nothing in it that moves the terminal, wherever it stands', async () => {
    const target = tool('sql \u009b2J\u202e', { 'query\u009b': 'x\u009b' });
    const explained = await explainCall({ policy: policyOf(allow), as, target, tools: undefined });
    const text = renderExplained(explained);
    expect(text).toContain('speaks SQL');
    expect(text).not.toMatch(/[\u009b\u202e]/);
  });

  it('says what looks at the answer, what that finds, and what arrives', async () => {
    const dlp = [
      { name: 'cards', detect: ['creditCard' as const], effect: 'Redact' as const },
      { name: 'mail', detect: ['email' as const], effect: 'Deny' as const, mode: 'Shadow' as const },
    ];
    const policy = policyOf(pack({ tools: [{ name: 'all', names: ['*'], effect: 'Allow' }], dlp }));
    const answered = { result: 'ada@navy.mil has 4111 1111 1111 1111' };
    const explained = await explainCall({ policy, as, target: tool('get', {}), tools: undefined, answered });
    const [, answer = ''] = renderExplained(explained).split('\n\nRedact: ');
    expect(answer).toBe(
      [
        'its answer, by finance/pack#cards',
        '  In shadow it would be Deny, by finance/pack#mail',
        '  The client gets: {"content":[{"type":"text","text":"ada@navy.mil has [redacted: creditCard-1]"}]}',
        '',
        'Entries of dlp that look at the answer:',
        '  finance/pack#cards: Redact of creditCard',
        '  finance/pack#mail: Deny in shadow of email',
        '',
        'Found:',
        '  /content/0/text: personal-data creditCard, for finance/pack#cards',
        '',
        'Found by rules in shadow:',
        '  /content/0/text: personal-data email, for finance/pack#mail',
        '',
      ].join('\n'),
    );
  });
});
