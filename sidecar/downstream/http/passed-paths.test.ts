import { describe, expect, it } from 'vitest';
import { readPassthrough } from './passed-paths.ts';

const read = (text: string | undefined, upstream = 'http://127.0.0.1:8080/rpc') =>
  readPassthrough('SALLYPORT_PASSTHROUGH', text, upstream);

describe('the paths that pass', () => {
  it('are found by their text', () => {
    expect(read('[{"path":"/metrics","methods":["GET"],"anonymous":true}]').get('/metrics')).toMatchObject({
      methods: ['GET'],
      anonymous: true,
    });
  });

  it('are none where nothing is said', () => {
    expect(read(undefined).size).toBe(0);
    expect(read('').size).toBe(0);
  });

  it.each([
    ['no JSON', '[', /is not a list of paths/],
    ['another method', '[{"path":"/a","methods":["POST"]}]', /is not a list of paths/],
    ['a path in disguise', '[{"path":"/a/../rpc"}]', /is not a list of paths/],
    ['the endpoint of the gate', '[{"path":"/mcp"}]', /names \/mcp, which is at or below the MCP endpoint/],
    ['the endpoint of the server', '[{"path":"/RPC/x"}]', /at or below the MCP endpoint/],
  ])('are refused with the name of the variable for %s', (_, text, why) => {
    expect(() => read(text)).toThrow(why);
    expect(() => read(text)).toThrow(/^SALLYPORT_PASSTHROUGH/);
  });
});
