import { ExportResultCode } from '@opentelemetry/core';
import { expect, it } from 'vitest';
import { Room } from './room.ts';

const FAILED = { code: ExportResultCode.FAILED, error: new Error('Collector away') };

it('what finds no room is counted, and what has left makes some', () => {
  const dropped: [number, string][] = [];
  const room = new Room(2, (...drop) => dropped.push(drop));
  expect([room.enter(), room.enter(), room.enter()]).toEqual([true, true, false]);
  room.leaving([1, 2], () => {})({ code: ExportResultCode.SUCCESS });
  expect([room.enter(), dropped]).toEqual([true, [[1, expect.stringContaining('2 waited')]]]);
});

it('what the Collector did not take is counted, and its place is free', () => {
  const dropped: [number, string][] = [];
  const results: number[] = [];
  const room = new Room(1, (...drop) => dropped.push(drop));
  room.enter();
  room.leaving([1], ({ code }) => results.push(code))(FAILED);
  expect([dropped, results, room.enter()]).toEqual([[[1, 'Collector away']], [ExportResultCode.FAILED], true]);
});

it('words without end are cut', () => {
  const dropped: string[] = [];
  const room = new Room(1, (_, why) => dropped.push(why));
  room.leaving([1], () => {})({ code: ExportResultCode.FAILED, error: new Error('x'.repeat(5000)) });
  room.leaving([1], () => {})({ code: ExportResultCode.FAILED });
  expect(dropped.map((why) => why.length)).toEqual([200, 'the export failed'.length]);
});
