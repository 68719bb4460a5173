import { describe, expect, it } from 'vitest';
import { Inspection } from '../../inspection.ts';
import { pathArgument } from './path.ts';

const check = pathArgument.prepare(pathArgument.compile({ type: 'path', roots: ['/data', '/srv/x/'] }));
const foundIn = (value: unknown, work?: number) => {
  const inspection = new Inspection({ monotonic: () => 0 }, work);
  return check.inspect(value, inspection, inspection.enforced);
};

describe('an argument that is a path', () => {
  it.each(['/data', '/data/a', '/srv/x/y', 'b'])('may be %j', (value) => {
    expect(foundIn(value)).toBeUndefined();
  });

  it('is wrong outside of the roots, and it is said who saw it', () => {
    expect(foundIn('/etc/passwd')).toMatchObject({
      finding: { detector: 'path', reason: 'outside-roots', message: expect.stringMatching(/leads outside/) as string },
      at: '',
    });
  });

  it('costs more where there are more ways to read it', () => {
    expect(foundIn('/etc/passwd', 60)).toBeDefined();
    expect(foundIn('é/etc/passwd/..', 60)).toBeUndefined();
  });

  it('is held in a bundle as it is said', () => {
    expect(pathArgument.compile({ type: 'path', roots: ['/b', '/a'] })).toEqual({ type: 'path', roots: ['/b', '/a'] });
  });
});
