import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Channel, html, markdown, plain, slack, slackPlain, terminal } from './channels.ts';

const ALL: readonly (readonly [string, Channel])[] = Object.entries({
  terminal,
  plain,
  slackPlain,
  slack,
  markdown,
  html,
});

/** Texts made of what somebody who wants to deceive would use. */
const PIECES = [
  ...['a', 'Z', ' ', '5', '"', "'", '`', '```', '|', '*', '_', '~', '<', '>', '&', '&lt;', '\\', '\\u{41}', '[x](y)'],
  ...['\n', '\r', '\t', '\u001b[2J', '\u009b', '\u202e', '\u2066', '\u2069', '\u200b', '\u200d', '\ufeff', '\u2028'],
  ...['\u00a0', '\ud800', '\u{e0041}', '\u0301', '\ufe0f', 'א', 'ع', '日', '😀', '<!channel>', '<@U1>', 'www.', '://'],
  ...['State  Approved', 'https://a.example/x', '<img src=x>', '\n| ', '\n```\n'],
];
const foreign = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary' })), { maxLength: 40 });
const text = foreign.map((pieces) => pieces.join(''));

/** All that moves, hides or turns around; our own isolates stand at the ends. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const bare = (shown: string): string => shown.replaceAll(/[\u2068\u2069]/g, '');
const unframed = (shown: string): string => shown.replaceAll('```text\n', '').replaceAll('```', '');

describe.each(ALL)('a text of others in %s', { tags: ['shown-as-is'] }, (name, channel) => {
  it('is one line, without anything that cannot be seen', () => {
    fc.assert(fc.property(text, (said) => !UNSEEN.test(bare(channel.line(said)))));
  });

  it('is never longer than there is room, and says what is missing', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 40, max: 200 }), (said, max) => {
        const shown = channel.line(said, max);
        expect(shown.length).toBeLessThanOrEqual(max);
        if (said.length > max) expect(shown).toMatch(/… \[\d+ more characters\]/);
      }),
    );
  });

  it('begins no line of a block', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (lines) => {
        const shown = bare(unframed(channel.block(lines)).replace('<pre>', '').replace('</pre>', ''));
        const inner = shown.split('\n').filter((line) => line !== '');
        expect(inner).toHaveLength(lines.length);
        for (const line of inner) expect(line).toMatch(/^\| /);
      }),
    );
  });

  it('fills no more than the room of a block, and the lines that are left out are counted', () => {
    const lines = Array.from({ length: 50 }, (_, i) => `line ${i} <&>`);
    const shown = channel.block(lines, 300);
    expect(shown.length).toBeLessThanOrEqual(300);
    const kept = shown.split('\n').filter((line) => line.includes('| line')).length;
    expect(shown).toContain(`… ${50 - kept} more lines`);
  });

  it('leaves letters of all scripts as they are', () => {
    expect(bare(channel.line('Überweisung 5.00 日本語 नमस्ते עברית', 100))).toContain(
      'Überweisung 5.00 日本語 नमस्ते עברית',
    );
  });

  it('is said to be empty', () => {
    expect(channel.line('')).toContain('(empty)');
  });

  it('of a size that nobody reads is not gone through', () => {
    const before = performance.now();
    expect(channel.line('a\u0301'.repeat(4_000_000), 100)).toMatch(/\[7999\d\d\d more characters\]/);
    expect(performance.now() - before).toBeLessThan(500);
  });

  if (name !== 'terminal') {
    it('leads nowhere', () => {
      fc.assert(fc.property(text, (said) => !/:\/\/|\bwww\./u.test(channel.line(said))));
    });

    it('turns nothing around that stands beside it', () => {
      expect(channel.line('אב')).toContain('\u2068אב\u2069');
      expect(channel.line('ab')).not.toContain('\u2068');
    });
  }
});

describe('the frame cannot be ended from within', { tags: ['shown-as-is'] }, () => {
  it('of code in Markdown, and no cell of a table', () => {
    fc.assert(fc.property(text, (said) => /^`[^`|]+`$/u.test(markdown.line(said))));
  });

  it('of code in Slack, and no mention or link begun', () => {
    fc.assert(fc.property(text, (said) => /^`(?:[^`<>&]|&(?:amp|lt|gt);)+`$/u.test(slack.line(said))));
  });

  it('of plain text in Slack, whose entities are decoded too', () => {
    fc.assert(fc.property(text, (said) => /^(?:[^<>&]|&(?:amp|lt|gt);)+$/u.test(slackPlain.line(said))));
  });

  it('of an element or an attribute', () => {
    fc.assert(fc.property(text, (said) => /^(?:[^<>&"']|&(?:amp|lt|gt|quot|#39);)+$/u.test(html.line(said))));
  });

  it('and a block of code has no fence but ours', () => {
    fc.assert(
      fc.property(fc.array(text), (lines) => {
        for (const channel of [slack, markdown]) expect(channel.block(lines).split('```')).toHaveLength(3);
      }),
    );
  });
});

it('what is spelled out can be read back: nothing is lost', () => {
  const back = (shown: string): string =>
    shown.replaceAll(/\\u\{([0-9a-f]+)\}/gu, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
  fc.assert(
    fc.property(text, (said) => {
      // What looks like an escape already, and halves of characters, are not told apart from ours.
      fc.pre(!said.includes('\\u{') && said !== '');
      expect(back(terminal.line(said, 10_000))).toBe(said);
      expect(back(bare(plain.line(said, 10_000)))).toBe(said);
      expect(back(bare(markdown.line(said, 10_000)).slice(1, -1))).toBe(said);
    }),
  );
});

it('a cut goes through no entity and through no escape', () => {
  const shown = html.line('&\u202e'.repeat(100), 60);
  expect(shown).toMatch(/^(?:&amp;\\u\{202e\})+(?:&amp;)?… \[\d+ more characters\]$/);
});
