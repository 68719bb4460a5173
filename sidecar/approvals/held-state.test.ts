import { describe, expect, it } from 'vitest';
import { JsonView } from '../../core/mcp/json-view.ts';
import type { Approval, ApprovalSubject } from './approval.ts';
import { type HeldState, membersRestored, nextHeldState, readHeldState, writeHeldState } from './held-state.ts';

const approval: Approval = {
  ...{ name: 'a-1', subject: { digest: 'sha256:x' } as ApprovalSubject, expiresAt: 5, state: 'Pending' },
  ...{ pin: undefined, decidedBy: undefined, reason: undefined },
};
const params = (text: string): JsonView | undefined => JsonView.of(Buffer.from(text));
const state = (more: Partial<HeldState> = {}): HeldState => ({
  ...{ approval: 'a-1', digest: 'sha256:x', expiresAt: 5, round: 1 },
  ...more,
});

describe('what a client comes back with', () => {
  it('names the request and the call, and counts', () => {
    expect(nextHeldState(approval, undefined, params('{"name":"t"}'))).toEqual(state());
    expect(nextHeldState(approval, state({ round: 7 }), params('{}'))).toEqual(state({ round: 8 }));
  });

  it('ends with the eighth round', () => {
    expect(nextHeldState(approval, state({ round: 8 }), params('{}'))).toBeUndefined();
  });

  it('carries what the client will not say again, as it was spelled', () => {
    const held = params('{"requestState":"sp1.x\\n","inputResponses":{"a": 5.0}}');
    expect(nextHeldState(approval, undefined, held)).toEqual(
      state({ requestState: 'sp1.x\n', inputResponses: '{"a": 5.0}' }),
    );
  });

  it('is none where that is large, or cannot be read', () => {
    const large = params(`{"requestState":"${'x'.repeat(16_000)}","inputResponses":{"a":"${'x'.repeat(1000)}"}}`);
    expect(nextHeldState(approval, undefined, large)).toBeUndefined();
    expect(nextHeldState(approval, undefined, undefined)).toBeUndefined();
  });

  it('is read as it was written, and as nothing else', () => {
    const whole = state({ requestState: 's', inputResponses: '{}' });
    expect(readHeldState(writeHeldState(whole))).toEqual(whole);
    for (const text of ['', '{', 'null', '[]', '{"approval":"a"}', JSON.stringify({ ...whole, round: 'x' })])
      expect(readHeldState(text)).toBeUndefined();
  });
});

describe('what is put back', () => {
  it.each<[string, Partial<HeldState>, object, string]>([
    ['nothing', {}, {}, ''],
    ['the state', { requestState: 'a"b' }, {}, '"requestState":"a\\"b"'],
    ['the answers', { inputResponses: '{"a": 5.0}' }, {}, '"inputResponses":{"a": 5.0}'],
    ['both', { requestState: 's', inputResponses: '{}' }, {}, '"requestState":"s","inputResponses":{}'],
    ['no answers where the client gives some', { inputResponses: '{}' }, { inputResponses: {} }, ''],
  ])('is %s', (_name, more, said, text) => {
    expect(membersRestored(state(more), said as never)).toBe(text);
  });
});
