import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith } from './testing/run-cli.ts';
import { readTools } from './tool-list.ts';

const read = (value: unknown) => readTools(join(folderWith({ 'tools.json': JSON.stringify(value) }), 'tools.json'));
const list = [{ name: 'a', inputSchema: { type: 'object' } }];

describe('a list of tools', () => {
  it.each([[list], [{ tools: list }], [{ jsonrpc: '2.0', id: 1, result: { tools: list, nextCursor: 'x' } }]])(
    'is found in %j',
    (value) => {
      expect(read(value)).toEqual(list);
    },
  );

  it('may come in pages, as lists or as whole answers', () => {
    const more = [{ name: 'b', inputSchema: undefined }];
    expect(
      read([
        { tools: list, nextCursor: 'x' },
        { jsonrpc: '2.0', id: 2, result: { tools: more } },
      ]),
    ).toEqual([...list, ...more]);
  });

  it('leaves out what has no name', () => {
    expect(read({ tools: [null, 7, {}, { name: 7 }, { name: 'a' }] })).toEqual([{ name: 'a', inputSchema: undefined }]);
  });

  it.each([[{}], [7], [null], [{ tools: 'a' }], [{ result: { result: 1 } }]])('is not found in %j', (value) => {
    expect(() => read(value)).toThrow('has no list of tools');
  });
});
