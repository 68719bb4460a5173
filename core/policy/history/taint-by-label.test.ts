import { describe, expect, it } from 'vitest';
import { BOB, Day, MINUTE } from './testing/taint-day.ts';

describe('by label', { tags: ['taint'] }, () => {
  it('stops a sink for a while after a source, whatever its arguments are', () => {
    const day = new Day({ by: 'Label', within: '30m' });
    expect(day.send('Hello.')).toBeUndefined();
    day.read();
    expect(day.send('Hello.')).toMatch(
      /^Deny: it can send out what tool "read_customer" 4 minutes ago \(trace trace2\) has answered\. Do not retry;/,
    );
    expect(day.send('Hello.', BOB)).toBeUndefined();
    day.now += 30 * MINUTE;
    expect(day.send('Hello.')).toBeUndefined();
  });

  it('lets a tool that is both pass once', () => {
    const day = new Day({ by: 'Label', sources: { tools: ['fetch'] }, sinks: { tools: ['fetch'] } });
    expect(day.call('fetch', {})).toBeUndefined();
    expect(day.call('fetch', {})).toMatch(/it can send out/);
  });
});
