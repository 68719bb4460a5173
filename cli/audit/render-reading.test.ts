import { expect, test } from 'vitest';
import { recordOf } from '../../core/audit/testing/records.ts';
import { renderSessions, Sessions } from './render-reading.ts';

test('of many sessions the latest are listed, and it is said how many there are besides', () => {
  const sessions = new Sessions();
  for (let at = 0; at < 60; at += 1) sessions.add(recordOf({ session: `s-${at}`, principal: null }));
  sessions.add(recordOf({ session: 's-3' }));
  const lines = renderSessions(sessions.list()).split('\n');
  expect(lines[0]).toMatch(/^s-3 {2}- {2}2 records/);
  expect(lines[50]).toBe('and 10 older ones');
});

test('without a session it is said what else there is', () => {
  const sessions = new Sessions();
  sessions.add(recordOf({ session: undefined }));
  expect(renderSessions(sessions.list())).toBe(
    'No session is in these files. Tell what a caller did: --principal NAME\n',
  );
});
