import { expect, test } from 'vitest';
import type { ApprovalRequest } from '../api/approval-request.ts';
import { approvedBy } from './approved-by.ts';

interface Said {
  readonly tool?: string;
  readonly by?: string;
  readonly decision?: string;
  readonly time?: string;
}

let count = 0;
const request = ({ tool = 'pay', by = 'ada', decision = 'Approved', time }: Said = {}): ApprovalRequest =>
  ({
    metadata: { name: `r-${count++}`, namespace: 'finance' },
    spec: {
      server: 'ledger',
      principal: { name: 'agent', groups: [] },
      subject: { type: 'Call', call: { method: 'tools/call', tool, preview: {}, digest: '' } },
    },
    status: { state: 'Consumed', votes: [{ username: by, decision, ...(time === undefined ? {} : { time }) }] },
  }) as unknown as ApprovalRequest;

test('what this person approved of calls like it is counted, and nothing else', () => {
  const asked = request();
  const others = [
    request({ time: '2026-11-21T10:00:00Z' }),
    request({ time: '2026-11-20T10:00:00Z' }),
    request({ tool: 'refund' }),
    request({ by: 'eve' }),
    request({ decision: 'Denied' }),
    asked,
  ];
  expect(approvedBy('ada', asked, others)).toEqual({ count: 2, last: '2026-11-21T10:00:00Z' });
  expect(approvedBy('bob', asked, others)).toEqual({ count: 0, last: undefined });
  expect(approvedBy('ada', asked, [request()])).toEqual({ count: 1, last: undefined });
});

test('of what is about no call there is nothing to count', () => {
  const asked = { ...request(), spec: { ...request().spec, subject: undefined } } as unknown as ApprovalRequest;
  expect(approvedBy('ada', asked, [])).toBeUndefined();
});
