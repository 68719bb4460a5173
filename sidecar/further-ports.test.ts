import { expect, it } from 'vitest';
import { readFurtherPorts } from './further-ports.ts';

const ADMIN = { name: 'admin', port: 8487, hopPort: 8488, upstream: 'http://127.0.0.1:9090/mcp' };
const read = (value: unknown) => readFurtherPorts('PORTS', typeof value === 'string' ? value : JSON.stringify(value));

it('reads what the operator writes', () => {
  expect(read([ADMIN])).toEqual([ADMIN]);
  expect([readFurtherPorts('PORTS', undefined), read('')]).toEqual([[], []]);
});

it.each([
  ['no JSON', '{'],
  ['no list', ADMIN],
  ['a port out of range', [{ ...ADMIN, port: 65_536 }]],
  ['another scheme', [{ ...ADMIN, upstream: 'file:///etc/passwd' }]],
  ['a name that is a path', [{ ...ADMIN, name: '../x' }]],
  ['one name twice', [ADMIN, { ...ADMIN, port: 8489 }]],
])('%s: says which variable it is', (_what, value) => {
  expect(() => read(value)).toThrow(/^PORTS /);
});
