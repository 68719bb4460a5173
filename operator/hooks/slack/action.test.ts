import { describe, expect, test } from 'vitest';
import { writeDecisionTarget } from '../../../core/approvals/decision-target.ts';
import { readSlackAction } from './action.ts';

const target = {
  namespace: 'finance',
  name: 'ledger-transfer-x7k2m',
  uid: '0b8dd2d5-6a0c-4a6a-9a7e-6f6f1c2f3a41',
  subject: { field: 'call' as const, digest: `sha256:${'a'.repeat(64)}` },
};
const payload = {
  type: 'block_actions',
  user: { id: 'U123', username: 'ada', name: 'ada', team_id: 'T9' },
  team: { id: 'T1', domain: 'acme' },
  api_app_id: 'A1',
  trigger_id: '12466734323.1395872398',
  response_url: 'https://hooks.slack.com/actions/T1/1/x',
  actions: [
    {
      type: 'button',
      action_id: 'sallyport.approve',
      block_id: 'b',
      value: writeDecisionTarget(target),
      action_ts: '1',
    },
  ],
  state: {
    values: { 'sallyport.reason': { 'sallyport.reason': { type: 'plain_text_input', value: ' invoice\n4711 ' } } },
  },
};
const form = (sent: unknown): Buffer =>
  Buffer.from(new URLSearchParams({ payload: typeof sent === 'string' ? sent : JSON.stringify(sent) }).toString());

test('a click is somebody, a decision, a request and a reason', () => {
  expect(readSlackAction(form(payload))).toEqual({
    action: {
      user: 'U123',
      team: 'T9',
      target,
      decision: 'Approved',
      reason: 'invoice 4711',
      responseUrl: payload.response_url,
    },
  });
});

test('deny is Denied, and a reason may be left out', () => {
  const { state: _, ...rest } = payload;
  const denied = { ...rest, actions: [{ ...payload.actions[0], action_id: 'sallyport.deny' }] };
  expect(readSlackAction(form(denied))).toMatchObject({ action: { decision: 'Denied', reason: undefined } });
  const empty = { ...payload, state: { values: { 'sallyport.reason': { 'sallyport.reason': { value: null } } } } };
  expect(readSlackAction(form(empty))).toMatchObject({ action: { reason: undefined } });
});

test('the workspace of the message stands for that of a user who names none', () => {
  expect(readSlackAction(form({ ...payload, user: { id: 'U123' } }))).toMatchObject({ action: { team: 'T1' } });
});

test.each([
  ['another button', { ...payload, actions: [{ action_id: 'open', value: 'x' }] }],
  ['a name that every object has', { ...payload, actions: [{ action_id: 'constructor', value: 'x' }] }],
  ['no button', { ...payload, actions: [] }],
  ['a dialog', { type: 'view_submission', user: { id: 'U123' }, view: {} }],
])('%s is ignored', (_, sent) => {
  expect(readSlackAction(form(sent))).toEqual({ ignored: true });
});

describe('what Slack does not send is a problem', () => {
  test.each([
    ['no form', Buffer.from('{}')],
    ['garbage', Buffer.from([0xff, 0xfe, 0x00])],
    ['no JSON', form('{')],
    ['null', form('null')],
    ['nobody', form({ ...payload, user: {} })],
    ['actions that are none', form({ ...payload, actions: 'approve' })],
    ['a button without a request', form({ ...payload, actions: [{ action_id: 'sallyport.approve' }] })],
    ['a path', form({ ...payload, actions: [{ action_id: 'sallyport.deny', value: '{"name":"../x"}' }] })],
  ])('%s', (_, body) => {
    expect(readSlackAction(body)).toHaveProperty('problem');
  });
});
