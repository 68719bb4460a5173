import { describe, expect, it } from 'vitest';
import { splice } from '../../../core/mcp/json-view.ts';
import { decide } from '../../../core/policy/decide.ts';
import { MAX_CONTENT_WORK } from '../../../core/inspect/content/screen.ts';
import { Inspection } from '../../../core/policy/inspection.ts';
import { ada, prompt, tool } from '../../../core/policy/testing/gen.ts';
import { LocalProof } from '../../identity/proof.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../../../test/support/policy.ts';
import { judgingMessage, requestOf } from '../../testing/calls.ts';
import { inspectContent } from './inspect-content.ts';

const clock = { now: () => 0, monotonic: () => 0 };
const CARD = '4111111111111111';
const cards = (effect: 'Log' | 'Redact' | 'Deny' | 'RequireApproval', tools?: string[]): PackSpec => ({
  ...ALLOW_ALL,
  dlp: [{ detect: ['creditCard'], in: ['arguments'], effect, tools }],
});

function inspected(
  spec: PackSpec,
  params: object = { name: 'pay', arguments: { memo: CARD } },
  headers = {},
  method = 'tools/call',
  edited: [from: string, to: string][] = [],
) {
  const policy = policyOf(spec);
  const targets = [method === 'tools/call' ? tool('pay') : prompt('pay')];
  const verdict = decide(policy, { principal: ada, targets, inspection: undefined });
  const call = judgingMessage(
    { message: requestOf(method, params), reading: { policy }, judgement: { targets, verdict } },
    { policy, headers, proof: new LocalProof(ada) },
  );
  call.judgement.edits = edited.map(([from, text]) => {
    const start = call.content.body.indexOf(from);
    return { span: { start, end: start + from.length }, text };
  });
  const refusal = inspectContent(call, { clock });
  const { body } = call.content;
  return { refusal, ...call.judgement, sent: splice(body, call.judgement.edits).toString() };
}

it('what all messages of a list send is looked at within one budget', () => {
  const policy = policyOf(cards('Redact'));
  const inspection = new Inspection({ monotonic: () => 0 });
  const ask = (memo: string): unknown => {
    const call = judgingMessage(
      {
        message: requestOf('tools/call', { name: 'pay', arguments: { memo } }),
        reading: { policy },
        judgement: { targets: [tool('pay')] },
      },
      { policy, proof: new LocalProof(ada), list: { inspection, settled: () => false } },
    );
    return inspectContent(call, { clock })?.reason;
  };
  expect(ask(CARD)).toBeUndefined();
  inspection.content.spend(MAX_CONTENT_WORK);
  expect(ask('nothing of the sort')).toBe('inspection-budget');
});

describe('what a call sends', () => {
  it('is not looked at where no rule looks for anything in it', () => {
    expect(inspected(ALLOW_ALL)).toMatchObject({ refusal: undefined, edits: [], verdict: { effect: 'Allow' } });
    expect(inspected(cards('Deny', ['other'])).refusal).toBeUndefined();
  });

  it('goes on with placeholders, how many is known', () => {
    const { refusal, sent, verdict, redacted } = inspected(cards('Redact'));
    expect(refusal).toBeUndefined();
    expect(sent).toContain('"arguments":{"memo":"[redacted: creditCard-1]"}');
    expect(verdict?.effect).toBe('Redact');
    expect(redacted).toEqual(new Map([['creditCard', 1]]));
  });

  it('is refused in words for the model, which do not repeat it', () => {
    const { refusal, verdict } = inspected(cards('Deny'));
    expect(refusal).toMatchObject({ reason: 'denied', data: { rules: ['finance/rules#dlp[0]'] } });
    expect(refusal?.message).toMatch(/tool "pay".*creditCard.*Call again without it/);
    expect(refusal?.message).not.toContain(CARD);
    expect(verdict?.effect).toBe('Deny');
  });

  it('waits for a person where that is asked', () => {
    expect(inspected(cards('RequireApproval'))).toMatchObject({
      refusal: undefined,
      verdict: { effect: 'RequireApproval' },
    });
  });

  it('is looked at in prompts, and elsewhere in what is no name', () => {
    const prompted = inspected(cards('Redact'), { name: 'pay', arguments: { a: CARD } }, {}, 'prompts/get');
    expect(prompted.sent).not.toContain(CARD);
    const completed = inspected(
      cards('Redact'),
      {
        argument: { value: CARD },
        _meta: { a: CARD, baggage: `id=${CARD}`, progressToken: CARD, 'io.modelcontextprotocol/x': CARD },
      },
      {},
      'completion/complete',
    );
    expect(completed.sent.split(CARD)).toHaveLength(3);
    expect(completed.sent).toContain('"_meta":{"a":"[redacted: creditCard-1]","baggage":"id=[redacted: creditCard-1]"');
  });

  it('is looked at in what its client answers to the server, beside its arguments', () => {
    const { sent, redacted } = inspected(cards('Redact'), {
      name: 'pay',
      arguments: { a: CARD },
      inputResponses: { ask: { action: 'accept', content: { card: CARD } } },
    });
    expect(sent).not.toContain(CARD);
    expect(redacted?.get('creditCard')).toBe(2);
    expect(inspected(cards('Deny'), { name: 'pay', inputResponses: { ask: CARD } }).refusal?.reason).toBe('denied');
  });

  it('is looked at beside what was put in the place of something else', () => {
    const params = { uri: 'x', requestState: 'sealed', more: CARD };
    const { sent } = inspected(cards('Redact'), params, {}, 'resources/read', [['"sealed"', '"given"']]);
    expect(sent).toContain('"requestState":"given","more":"[redacted: creditCard-1]"');
  });

  it('is refused where a header repeats what would have to be taken out', () => {
    const { refusal, verdict } = inspected(cards('Redact'), undefined, { 'mcp-param-memo': CARD });
    expect(refusal?.message).toMatch(/repeated in a header/);
    expect(verdict?.effect).toBe('Deny');
  });

  it('is too much where it cannot be looked through', () => {
    const { refusal } = inspected(cards('Deny'), { name: 'pay', arguments: { memo: 'x '.repeat(1_100_000) } });
    expect(refusal?.reason).toBe('inspection-budget');
  });
});
