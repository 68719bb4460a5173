import { describe, expect, it, onTestFinished } from 'vitest';
import { ada, pack, policyOf } from '../../core/policy/testing/gen.ts';
import { Rehearsal } from './rehearsal.ts';

const ALL = policyOf(pack({ tools: [{ names: ['*'], effect: 'Allow' }] }));

function rehearse(policy = ALL): Rehearsal {
  const rehearsal = new Rehearsal(policy, ada);
  onTestFinished(() => rehearsal.close());
  return rehearsal;
}

describe('a rehearsal', () => {
  it('has the server get what the client sends, and the client what the server says', async () => {
    const rehearsal = rehearse();
    await rehearsal.open();
    const params = { name: 'get', arguments: {}, _meta: { progressToken: 't' } };
    const progress = { method: 'notifications/progress', params: { progressToken: 't', progress: 1 } };
    const exchange = await rehearsal.ask('tools/call', params, {
      messages: [progress],
      answer: { result: { content: [] } },
    });
    expect(exchange.got).toMatchObject([{ method: 'tools/call', params: { name: 'get' } }]);
    expect(exchange.heard).toMatchObject([progress]);
    expect(exchange.answer).toMatchObject({ result: { content: [] } });
    expect(exchange.lines).toMatchObject([{ tool: 'get', outcome: 'answered', principal: { name: 'ada' } }]);
  });

  it('keeps what one request came to apart from another', async () => {
    const rehearsal = rehearse();
    await rehearsal.open();
    await rehearsal.ask('tools/call', { name: 'a' });
    const { got, lines, answer } = await rehearsal.ask(
      'tools/call',
      { name: 'b' },
      { answer: { error: { code: 1, message: 'no' } } },
    );
    expect([got.length, lines.length]).toEqual([1, 1]);
    expect(answer).toMatchObject({ error: { message: 'no' } });
  });

  it('is refused as by a gate, and nothing reaches the server', async () => {
    const rehearsal = rehearse(policyOf(pack({})));
    await rehearsal.open();
    const { got, answer } = await rehearsal.ask('tools/call', { name: 'a' });
    expect(got).toEqual([]);
    expect(answer).toMatchObject({ result: { isError: true } });
  });

  it('shows what the server says of itself', async () => {
    const { answer } = await rehearse().open('Be brief.');
    expect(answer).toMatchObject({ result: { instructions: 'Be brief.' } });
  });
});
