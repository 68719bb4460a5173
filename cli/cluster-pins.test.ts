/** With a kubectl that answers from files: that a real one takes these arguments is not shown here. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { definitionDigest } from '../core/inspect/definitions/definition.ts';
import { accept, type Pin, refuse, told } from '../operator/definitions/pin.ts';
import { keyOfPin, readPin, writePin } from '../operator/definitions/pins-object.ts';
import { acceptClusterPin, readClusterPins } from './cluster-pins.ts';

const options = { operatorNamespace: 'sallyport-system', kubeconfig: '/k', context: 'c' };
const definition = (description: string) => ({ name: 'add', description });
const digest = (description: string): string => definitionDigest({ kind: 'tool', value: definition(description) });
const tell = (pin: Pin | undefined, description: string, used: boolean): Pin =>
  told(pin, { kind: 'tool', name: 'add', digest: digest(description), definition: definition(description), used }, 1);
const first = tell(undefined, 'One.', true);
const changed = tell(first, 'Two.', false);

let folder: string;
const pathBefore = process.env['PATH'];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-kubectl-'));
  const script = `#!/bin/sh
printf '%s\\n' "$*" >> ${folder}/asked
case "$*" in
  *configmaps*) cat ${folder}/pins.json ;;
  *approvalrequests*) cat ${folder}/requests.json ;;
  *patch*) if [ -e ${folder}/refuses ]; then echo 'Error from server (Forbidden): no' >&2; exit 1; fi ;;
esac
`;
  writeFileSync(join(folder, 'kubectl'), script);
  chmodSync(join(folder, 'kubectl'), 0o755);
  process.env['PATH'] = `${folder}${delimiter}${pathBefore ?? ''}`;
  requests();
});
afterEach(() => {
  process.env['PATH'] = pathBefore;
  rmSync(folder, { recursive: true });
});

function pins(...all: Pin[]): void {
  const data = Object.fromEntries(all.map((pin) => [keyOfPin(pin), writePin(pin)]));
  const metadata = { name: 'sallyport-pins-finance.ledger', resourceVersion: '7' };
  writeFileSync(
    join(folder, 'pins.json'),
    JSON.stringify({ items: [{ metadata, data }, { metadata: { name: 'other' } }] }),
  );
}

function requests(...states: string[]): void {
  const items = states.map((state) => ({
    metadata: { name: `request-${state}` },
    spec: { server: 'ledger', subject: { definition: { digest: digest('Two.') } } },
    status: { state },
  }));
  writeFileSync(join(folder, 'requests.json'), JSON.stringify({ items }));
}

const asked = (): string[] => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');
const only = () => readClusterPins(options)[0] ?? expect.fail('no pin');

describe('what the operator keeps', () => {
  test.each([
    ['first-use', first, 'One.', 'One.'],
    ['changed', changed, 'Two.', 'One.'],
    ['new', tell(undefined, 'One.', false), 'One.', undefined],
    ['accepted', accept(changed, digest('Two.')), 'Two.', 'Two.'],
    ['refused', refuse(changed, digest('Two.')), 'Two.', 'One.'],
  ])('is %s', (state, pin, now, before) => {
    pins(pin);
    expect(readClusterPins(options)).toEqual([
      {
        server: 'finance/ledger',
        of: { kind: 'tool', name: 'add', digest: digest(now) },
        state,
        definition: definition(now),
        before: before && definition(before),
      },
    ]);
  });

  test('is shown with no text where that of what waits is not kept, and not with that of another', () => {
    pins(refuse(tell(changed, 'Three.', false), digest('Three.')));
    expect(only()).toMatchObject({ of: { digest: digest('Two.') }, state: 'changed' });
    expect(only().definition).toBeUndefined();
  });

  test('is new where what was used first waits itself', () => {
    pins(tell(first, 'One.', false));
    expect(only()).toMatchObject({ state: 'new', definition: definition('One.'), before: undefined });
  });

  test('is asked for as this user, of one server where one is named', () => {
    pins(first);
    expect(readClusterPins(options, 'finance/other')).toEqual([]);
    expect(asked()).toEqual([
      '--kubeconfig=/k --context=c get configmaps -n sallyport-system -l sallyport.dev/pins=true -o json',
    ]);
  });
});

describe('to accept', () => {
  beforeEach(() => pins(changed));

  test('is a vote where somebody is asked', () => {
    requests('Expired', 'Pending');
    acceptClusterPin(options, only());
    expect(asked().at(-1)).toContain(
      'patch approvalrequest.sallyport.dev request-Pending -n finance --subresource=status --type=merge -p {"status":{"decision":"Approved"}}',
    );
  });

  test('is a write of the version that was read, where nobody is', () => {
    requests('Denied');
    acceptClusterPin(options, only());
    const written = asked().at(-1) ?? '';
    expect(written).toContain('patch configmap sallyport-pins-finance.ledger -n sallyport-system --type=merge');
    const { metadata, data } = JSON.parse(written.slice(written.indexOf('-p ') + 3)) as {
      metadata: object;
      data: Record<string, string>;
    };
    expect(metadata).toEqual({ resourceVersion: '7' });
    expect(readPin(data[keyOfPin(changed)])).toMatchObject({ accepted: [digest('Two.')], held: [] });
  });

  test('tells what the API server says against it', () => {
    writeFileSync(join(folder, 'refuses'), '');
    expect(() => acceptClusterPin(options, only())).toThrow(/Forbidden/);
  });

  test('of what is gone meanwhile says so', () => {
    const pin = only();
    pins();
    expect(() => acceptClusterPin(options, pin)).toThrow(/nothing is kept/);
  });
});

test('without kubectl it says what is missing', () => {
  process.env['PATH'] = join(folder, 'nowhere');
  expect(() => readClusterPins(options)).toThrow(/kubectl does not run/);
});
