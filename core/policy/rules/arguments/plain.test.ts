import { describe, expect, it } from 'vitest';
import { Inspection } from '../../inspection.ts';
import { plainArguments } from './plain.ts';
import { prepareArgument } from './types.ts';

const VALUES = { text: 'a', fraction: 1.5, whole: 2, yes: true, list: ['a'], object: { a: 1 }, nothing: null };
const inspection = new Inspection({ monotonic: () => 0 });

describe('an argument of which only the type in JSON is known', () => {
  it.each([
    ['string', ['text']],
    ['number', ['fraction', 'whole']],
    ['integer', ['whole']],
    ['boolean', ['yes']],
    ['array', ['list']],
    ['object', ['object']],
    ['any', ['text', 'fraction', 'whole', 'yes', 'list', 'object']],
  ] as const)('%s may be %j, or null, and nothing else', (type, fine) => {
    const check = prepareArgument({ type });
    const passing = Object.entries(VALUES).filter(
      ([, value]) => check.inspect(value, inspection, inspection.enforced) === undefined,
    );
    expect(passing.map(([name]) => name)).toEqual([...fine, 'nothing']);
  });

  it('says what it must be', () => {
    const { integer } = plainArguments;
    expect(integer.prepare({ type: 'integer' }).inspect('1', inspection, inspection.enforced)).toMatchObject({
      finding: { detector: 'constraint', reason: 'type', message: 'It must be a whole number.' },
    });
  });
});
