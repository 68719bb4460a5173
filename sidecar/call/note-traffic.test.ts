import { expect, it } from 'vitest';
import { JsonView } from '../../core/mcp/json-view.ts';
import { decide } from '../../core/policy/decide.ts';
import { ada, tool } from '../../core/policy/testing/gen.ts';
import type { AnswerTerms } from '../memory/answer-terms.ts';
import { answerParts, callOf, GETTERS } from '../testing/answering.ts';
import { testTraffic } from '../testing/traffic.ts';
import { tellOfAnswer, tellTraffic } from './note-traffic.ts';

const verdict = decide(GETTERS, { principal: ada, targets: [tool('get_a')], inspection: undefined });
// What decides on the answer is the business of others.
const termsOf = (method: string, traffic?: AnswerTerms['traffic']): AnswerTerms =>
  ({ method, rules: [], traffic }) as Partial<AnswerTerms> as AnswerTerms;
const view = (value: object) => JsonView.of(Buffer.from(JSON.stringify(value)));

it('tells who called what, and what became of it', async () => {
  const parts = answerParts();
  const { traffic, lines } = testTraffic(parts.clock);
  const call = callOf(parts, { verdict });
  call.isJudged({ ...(call.judgement ?? expect.fail()), targets: [tool('get_a')] });
  call.course.traffic = traffic.begin('get_a', { path: '/data/x.txt' });
  tellOfAnswer(
    termsOf('tools/call', call.course.traffic),
    { result: view({ content: [], isError: true }), error: undefined, bytes: 9 },
    { traffic },
  );
  tellTraffic(call, { ...parts, traffic }, 'answered', 'forwarded');
  expect(await lines()).toMatchObject([
    {
      ...{
        principal: { name: 'ada', kind: 'token' },
        method: 'tools/call',
        kind: 'tool',
        name: 'get_a',
        effect: 'Allow',
      },
      ...{ rules: verdict.rules, outcome: 'answered', reason: 'forwarded', result: { isError: true, bytes: 9 } },
    },
  ]);
});

it('masks what stands in the name of a resource', async () => {
  const parts = answerParts();
  const { traffic, lines } = testTraffic(parts.clock);
  const call = callOf(parts);
  const target = { kind: 'resource', name: 'mail://ada@sallyport.dev/1', args: undefined } as const;
  call.isJudged({ ...(call.judgement ?? expect.fail()), verdict: undefined, targets: [target] });
  call.course.traffic = traffic.begin(undefined, undefined);
  tellTraffic(call, { ...parts, traffic }, 'refused', 'halted');
  expect(await lines()).toMatchObject([{ name: '[masked: email]', effect: null, reason: 'halted' }]);
});

it('tells nothing of a call that was not noted', async () => {
  const parts = answerParts();
  const { traffic, lines } = testTraffic(parts.clock);
  const call = callOf(parts, { verdict });
  tellTraffic(call, { ...parts, traffic }, 'answered', 'forwarded');
  tellOfAnswer(termsOf('tools/call'), { result: view({}), error: undefined, bytes: 2 }, { traffic });
  tellOfAnswer(undefined, { result: view({ tools: [{ name: 'a' }] }), error: undefined, bytes: 2 }, { traffic });
  tellOfAnswer(termsOf('tools/list'), { result: view({ tools: [{ name: 'a' }] }), error: undefined, bytes: 2 }, {});
  expect(await lines()).toEqual([]);
});

it('tells what tools there are, and errors by their code', async () => {
  const parts = answerParts();
  const { traffic, lines } = testTraffic(parts.clock);
  tellOfAnswer(
    termsOf('tools/list'),
    { result: view({ tools: [{ name: 'a' }] }), error: undefined, bytes: 2 },
    { traffic },
  );
  const noted = traffic.begin('a', {});
  tellOfAnswer(
    termsOf('tools/call', noted),
    { result: undefined, error: view({ code: -32_000 }), bytes: 2 },
    { traffic },
  );
  expect(noted.result).toMatchObject({ isError: true, error: -32_000 });
  expect(await lines()).toEqual([{ tool: { name: 'a' } }]);
});
