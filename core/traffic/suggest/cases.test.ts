import { expect, it } from 'vitest';
import { callLine } from '../testing/lines.ts';
import { casesFor } from './cases.ts';
import { ObservedTraffic } from './observed.ts';
import { rulesFor } from './rules.ts';

function casesOf(observed: ObservedTraffic) {
  return casesFor(rulesFor(observed.used, observed.tools), observed).map(({ said }) => said);
}

it('what was seen goes on, what is nearly that does not', () => {
  const observed = new ObservedTraffic();
  observed.addTool({ name: 'drop_all' });
  observed.add(callLine({ arguments: { is: 'object', members: { to: { is: 'text', chars: 16 } } } }));
  const ada = { name: 'ada', groups: ['readers'] };
  expect(casesOf(observed)).toEqual([
    {
      name: 'ada uses read_file, as was seen',
      as: ada,
      tool: 'read_file',
      arguments: { to: 'x'.repeat(9) },
      expect: 'Allow',
    },
    {
      name: 'ada uses read_file, as was seen (2)',
      as: ada,
      tool: 'read_file',
      arguments: { to: 'x'.repeat(16) },
      expect: 'Allow',
    },
    {
      name: 'nobody else uses read_file',
      as: { name: 'somebody-who-never-called' },
      tool: 'read_file',
      arguments: { to: 'x'.repeat(9) },
      expect: 'Deny',
    },
    {
      name: 'ada does not use read_file with a longer text as to',
      as: ada,
      tool: 'read_file',
      arguments: { to: 'x'.repeat(17) },
      expect: 'Deny',
    },
    { name: 'nobody has called drop_all', as: ada, tool: 'drop_all', expect: 'Deny' },
    { name: 'nobody has called a-tool-that-nobody-called', as: ada, tool: 'a-tool-that-nobody-called', expect: 'Deny' },
  ]);
});

it.each([
  [{ kind: 'resource', name: 'file:///a' } as const, { resource: 'file:///a' }],
  [{ kind: 'prompt', name: 'greet' } as const, { prompt: 'greet' }],
  [{ kind: 'method', name: 'vendor/x' } as const, { method: 'vendor/x' }],
])('%j', (call, said) => {
  const observed = new ObservedTraffic();
  observed.add(callLine({ ...call, effect: call.kind === 'method' ? 'Allow' : 'RequireApproval' }));
  const [first, second] = casesOf(observed);
  expect(first).toMatchObject({ ...said, expect: call.kind === 'method' ? 'Allow' : 'RequireApproval' });
  expect(second).toMatchObject({ ...said, expect: 'Deny' });
});

it('there are none of nothing', () => expect(casesOf(new ObservedTraffic())).toEqual([]));
