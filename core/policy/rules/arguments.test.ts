import { describe, expect, it } from 'vitest';
import { Inspection } from '../inspection.ts';
import { argumentChecks, brokenChecks, CheckTable } from './arguments.ts';

const STILL = { monotonic: () => 0 };
const inData = { type: 'path' as const, roots: ['/data'] };

describe('checks of arguments', () => {
  it('are held as they are said, and as null where there are none', () => {
    expect(argumentChecks.compile({ effect: 'Allow', arguments: { path: inData } })).toEqual({ path: inData });
    expect(argumentChecks.compile({ effect: 'Allow' })).toBeNull();
  });

  it('are shared by rules that say the same of a parameter', () => {
    const table = new CheckTable();
    const [one, other] = [table.prepare({ path: inData, to: inData }), table.prepare({ path: inData })];
    expect(other?.[0]).toBe(one?.[0]);
    expect(one?.[1]?.id).not.toBe(one?.[0]?.id);
    expect(table.prepare({ path: { ...inData, roots: ['/srv'] } })?.[0]).not.toBe(one?.[0]);
    expect(table.prepare(null)).toBeNull();
  });

  const table = new CheckTable();
  const checks = table.prepare({ path: inData, to: inData }) ?? [];
  const broken = (args: Record<string, unknown>, inspection = new Inspection(STILL)) =>
    brokenChecks(checks, table, args, inspection, inspection.enforced);

  it('say which arguments are wrong, and where they were sent', () => {
    expect(broken({ path: '/data/a', TO: '/etc' })).toMatchObject([{ pointer: '/TO' }]);
    expect(broken({ path: '/etc', to: '/etc' })).toMatchObject([{ pointer: '/path' }, { pointer: '/to' }]);
    expect(broken({ path: '/data/a', PATH: ['/data', '/etc'] })).toMatchObject([
      { pointer: '/PATH/1', finding: { reason: 'outside-roots' } },
    ]);
  });

  it('do not hold where a detector throws, and its name is told', () => {
    const throwing = checks.map((check) => ({
      ...check,
      id: 1000 + check.id,
      check: {
        inspect: () => {
          throw new RangeError('deep');
        },
      },
    }));
    const inspection = new Inspection(STILL);
    const all = brokenChecks(throwing, table, { path: '/data/a' }, inspection, inspection.enforced);
    expect(all).toMatchObject([{ pointer: '/path', finding: { detector: 'path', reason: 'failed' } }]);
    expect(all?.[0]?.finding.message).toContain('RangeError');
  });

  it('point to arguments with odd names as RFC 6901 has it', () => {
    const odd = table.prepare({ 'a/b~c': inData }) ?? [];
    const inspection = new Inspection(STILL);
    expect(brokenChecks(odd, table, { 'a/b~c': '/etc' }, inspection, inspection.enforced)).toMatchObject([
      { pointer: '/a~1b~0c' },
    ]);
  });

  it('look into arguments by pointers, and at all of them', () => {
    const nested = table.prepare({
      '/edits/*/path': inData,
      '/*/secret': { type: 'any', constraints: { forbidden: true } },
    });
    const look = (args: Record<string, unknown>) => {
      const inspection = new Inspection(STILL);
      return brokenChecks(nested ?? [], table, args, inspection, inspection.enforced)?.map(({ pointer }) => pointer);
    };
    expect(look({ edits: [{ path: '/data/a' }, { path: '/etc' }] })).toEqual(['/edits/1/path']);
    expect(look({ EDITS: { a: { path: '/etc' } }, b: { secret: 1 } })).toEqual(['/EDITS/a/path', '/b/secret']);
    expect(look({ edits: [], path: '/etc', secret: 1 })).toBeUndefined();
  });

  it('say what is missing, by the name in the rule', () => {
    const needed = { type: 'any' as const, constraints: { required: true as const } };
    const asked = table.prepare({ Memo: needed, '/a/b': needed, '/*/c': needed }) ?? [];
    const look = (args: Record<string, unknown>) => {
      const inspection = new Inspection(STILL);
      return brokenChecks(asked, table, args, inspection, inspection.enforced)?.map(({ pointer }) => pointer);
    };
    expect(look({})).toEqual(['/Memo', '/a/b']);
    expect(look({ memo: '', a: { b: 1, c: 1 } })).toEqual(['/memo/c']);
  });

  it('do not hold in what is too deep to be looked into', () => {
    const nested = table.prepare({ '/deep/b': inData }) ?? [];
    const inspection = new Inspection(STILL, 10_000_000);
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(brokenChecks(nested, table, { deep }, inspection, inspection.enforced)).toMatchObject([
      { finding: { reason: 'failed' } },
    ]);
  });

  it('hold for arguments that are not sent, and for those that no rule names', () => {
    expect(broken({})).toBeUndefined();
    expect(broken({ paths: '/etc', file: '/etc' })).toBeUndefined();
  });

  it('read the arguments of a call once, however many rules ask', () => {
    const inspection = new Inspection(STILL);
    const args = { path: '/data/a' };
    broken(args, inspection);
    const { left } = inspection.enforced;
    broken(args, inspection);
    expect(left - inspection.enforced.left).toBe(checks.length);
    expect(inspection.readings).toBe(1);
  });

  it('say nothing once the budget is used up', () => {
    const inspection = new Inspection(STILL, 1);
    expect(broken({ path: '/etc' }, inspection)).toBeUndefined();
    expect(inspection.enforced.exhausted).toBe(true);
  });
});
