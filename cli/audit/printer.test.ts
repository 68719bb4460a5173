import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Printer } from './printer.ts';

test('what is printed comes out in pieces, and the rest at the end', () => {
  const output = new PassThrough({ encoding: 'utf8', highWaterMark: 1_000_000 });
  const printer = new Printer(output);
  printer.print('a');
  expect(output.read()).toBeNull();
  printer.print('b'.repeat(70_000));
  expect(output.read()).toHaveLength(70_001);
  printer.print('c');
  printer.end();
  expect(output.read()).toBe('c');
});

test('whoever prints waits until somebody has read', async () => {
  const output = new PassThrough({ encoding: 'utf8', highWaterMark: 10 });
  const printer = new Printer(output);
  expect(printer.room()).toBeUndefined();
  printer.print('a'.repeat(70_000));
  const room = printer.room();
  expect(room).toBeInstanceOf(Promise);
  output.resume();
  await room;
  expect(printer.room()).toBeUndefined();
});

test('nobody waits for a reader who has gone, and nothing is written any more', async () => {
  const written: string[] = [];
  const output = Object.assign(new EventEmitter(), {
    writableNeedDrain: true,
    write: (text: string) => void written.push(text),
  });
  const printer = new Printer(output);
  const room = printer.room();
  output.emit('error');
  await room;
  expect(printer.gone.aborted).toBe(true);
  printer.print('a');
  printer.end();
  expect(written).toEqual([]);
  expect(printer.room()).toBeUndefined();
  expect(output.listenerCount('error')).toBe(0);
});
