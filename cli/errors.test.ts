import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { describeFailure, systemReason, usageError, UserError } from './errors.ts';

describe('a failure is told', () => {
  it.each([
    ['with its mend', new UserError('it broke', 'glue it'), 'sallyport: it broke; glue it\n', 1],
    ['without one', new UserError('it broke'), 'sallyport: it broke\n', 1],
    ['as wrong usage', usageError('no such thing'), 'sallyport: no such thing\n', 2],
    ['by the parser alone', new CommanderError(1, 'commander.unknownOption', 'x'), '', 2],
    ['not at all where it is none', new CommanderError(0, 'commander.helpDisplayed', 'x'), '', 0],
    [
      'as our own fault in one line',
      new TypeError('x is not a function'),
      'sallyport: internal error: x is not a function (run with SALLYPORT_DEBUG=1 for the stack)\n',
      70,
    ],
    ['when it is no Error', 'odd', 'sallyport: internal error: odd (run with SALLYPORT_DEBUG=1 for the stack)\n', 70],
  ])('%s', (_, error, text, exitCode) => {
    expect(describeFailure(error, false)).toEqual({ text, exitCode });
  });

  it('with the stack when that is asked for', () => {
    expect(describeFailure(new Error('x'), true).text).toMatch(/^sallyport: internal error: x\nError: x\n {4}at /);
    expect(describeFailure(new UserError('x'), true).text).toMatch(/^sallyport: x\nUserError: x\n {4}at /);
  });
});

it('the system is quoted in words, or else by its code', () => {
  expect(systemReason(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe('it does not exist');
  expect(systemReason(Object.assign(new Error('x'), { code: 'EWEIRD' }))).toBe('EWEIRD');
  expect(systemReason(new Error('no code'))).toBe('no code');
});
