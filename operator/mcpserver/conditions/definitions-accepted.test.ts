import { expect, test } from 'vitest';
import type { Pin } from '../../definitions/pin.ts';
import { prunePins, writePin } from '../../definitions/pins-object.ts';
import { definitionRequest } from '../../testing/gen.ts';
import { definitionsAccepted } from './definitions-accepted.ts';

const DIGEST = `sha256:${'d'.repeat(64)}`;
const server = { namespace: 'finance', name: 'ledger' };
const pin = (more: Partial<Pin> = {}): Pin => ({
  kind: 'tool',
  name: 'add',
  since: 1,
  accepted: [],
  refused: [],
  held: [],
  ...more,
});
const stored = (...pins: Pin[]) =>
  prunePins({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'sallyport-pins-finance.ledger' },
    data: Object.fromEntries(pins.map((one, i) => [`pin-${i}`, writePin(one)])),
  });

test('nothing is said where nothing is pinned', () => {
  expect(definitionsAccepted(server, undefined, [])).toBeUndefined();
  expect(definitionsAccepted(server, stored(), [])).toBeUndefined();
});

test('it is True where there is nothing to decide on', () => {
  const verdict = definitionsAccepted(
    server,
    stored(pin({ first: DIGEST }), pin({ name: 'b', refused: [DIGEST] })),
    [],
  );
  expect(verdict).toMatchObject({ status: 'True', reason: 'Pinned' });
  expect(verdict?.message).toMatch(/^2 definitions are pinned/);
});

test('what waits for a person is named with the command that shows it', () => {
  const verdict = definitionsAccepted(server, stored(pin({ held: [DIGEST] })), [
    definitionRequest({ name: 'ledger-add-1' }),
  ]);
  expect(verdict).toMatchObject({ status: 'False', reason: 'WaitingForApproval' });
  expect(verdict?.message).toMatch(
    /tool "add".*kubectl -n finance describe approvalrequest.sallyport.dev ledger-add-1\./,
  );
});

test.each([
  ['nobody is asked about it', []],
  ['the request is settled', [definitionRequest({ status: { state: 'Expired' } })]],
])('where %s the commands are named that accept it', (_, requests) => {
  const verdict = definitionsAccepted(server, stored(pin({ held: [DIGEST] })), requests);
  expect(verdict).toMatchObject({ status: 'False', reason: 'NotAccepted' });
  expect(verdict?.message).toContain('sallyport pins diff --cluster --server finance/ledger');
});

test('names of servers are no words of ours', () => {
  const { message } =
    definitionsAccepted(server, stored(pin({ name: '\u001B[2J'.repeat(40), held: [DIGEST] })), []) ?? expect.fail();
  expect(message).not.toContain('\u001B');
  expect(message).toContain('\\u{1b}[2J');
});
