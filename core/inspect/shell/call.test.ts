import { describe, expect, it } from 'vitest';
import { hasOption, operands } from './call.ts';
import type { Value } from './values.ts';

const argv = (line: string): Value[] => line.split(' ').map((text) => ({ text }) as Value);

describe('the arguments of a program', () => {
  it('that are no options are its operands, a lone dash among them', () => {
    expect(operands(argv('tar -xzf a.tgz - --verbose b')).map(({ text }) => text)).toEqual(['a.tgz', '-', 'b']);
    expect(operands(argv('ls'))).toEqual([]);
  });

  it.each([
    ['rm -rf x', true],
    ['rm -vR x', true],
    ['rm --recursive x', true],
    ['rm --force x', false],
    ['rm -f x', false],
    ['rm r R x', false],
    ['-r', false],
  ])('have an option in a cluster or by its long name: %s is %s', (line, has) => {
    expect(hasOption(argv(line), /[rR]/, 'recursive')).toBe(has);
  });
});
