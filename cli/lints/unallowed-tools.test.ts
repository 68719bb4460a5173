import { expect, it } from 'vitest';
import { pack } from '../../core/policy/testing/gen.ts';
import { unallowedTools } from './unallowed-tools.ts';

type Spec = Parameters<typeof pack>[0];
const found = (tools: string[], ...specs: Spec[]): string[] =>
  unallowedTools(
    specs.map((spec, i) => pack(spec, `p${i}`)),
    tools,
  ).map(({ code, tool }) => `${code} ${tool}`);
const allow: Spec = { tools: [{ name: 'ok', names: ['get_*'], effect: 'Allow' }] };

it('a tool that no rule names is told once', () => {
  expect(found(['get_a', 'put_a', 'put_a'], allow)).toEqual(['unnamed-tool put_a']);
});

it('what is in shadow names nothing', () => {
  const shadow: Spec = { tools: [{ names: ['*'], effect: 'Deny', mode: 'Shadow' }] };
  expect(found(['put_a'], allow, shadow, { mode: 'Shadow', tools: [{ names: ['*'], effect: 'Allow' }] })).toEqual([
    'unnamed-tool put_a',
  ]);
});

it('a tool that one pack allows and another denies to everyone is told, with both', () => {
  const [tool] = unallowedTools(
    [pack(allow, 'a'), pack({ tools: [{ names: ['*_x'], effect: 'Deny' }] }, 'b')],
    ['get_x'],
  );
  expect(tool).toMatchObject({
    code: 'nobody-allows',
    message: 'nobody may call the tool "get_x": a#ok allows it, and b#tools[0] denies it to everyone',
  });
});

it('a tool that is denied on purpose, or to some, is not told', () => {
  expect(found(['put_a'], allow, { tools: [{ names: ['put_*'], effect: 'Deny' }] })).toEqual([]);
  const some: Spec = { tools: [{ names: ['*'], effect: 'Deny', principals: { names: ['x'] } }] };
  expect(found(['get_a'], allow, some)).toEqual([]);
});
