import { describe, expect, it } from 'vitest';
import { JsonOutline } from './json-outline.ts';
import { Pieces } from './pieces.ts';

const viewOf = (text: string) => {
  const pieces = Pieces.of(Buffer.from(text));
  return JsonOutline.of(pieces).spans.view(pieces);
};

describe('the members of a message', () => {
  it('and those of the objects in it are found in one pass, and no deeper', () => {
    const view = viewOf('{"id":1,"result":{"a":{"b":1},"list":[{"c":2}]}}');
    const result = view?.scannedView('result');
    expect([view?.keys, result?.keys, result?.scannedView('a')]).toEqual([['id', 'result'], ['a', 'list'], undefined]);
    expect(result?.view('a')?.value('b')).toBe(1);
  });

  it('of more objects than a message has are found when somebody asks', () => {
    const view = viewOf(`{${Array.from('abcdefg', (key) => `"${key}":{"of-${key}":0}`).join(',')}}`);
    expect(view?.scannedView('g')).toBeUndefined();
    expect(view?.view('g')?.keys).toEqual(['of-g']);
  });

  it.each(['[]', '1', '[{"a":1}]', '{"a":1,"a":2}'])('are none of %s', (text) => {
    expect(viewOf(text)).toBeUndefined();
  });

  it('are not those of an object that has one twice', () => {
    expect(viewOf('{"result":{"a":1,"a":2}}')?.view('result')).toBeUndefined();
  });
});
