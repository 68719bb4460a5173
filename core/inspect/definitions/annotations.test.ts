import { describe, expect, test } from 'vitest';
import { inspectAnnotations } from './annotations.ts';

const reasonOf = (name: string, value: Record<string, unknown>, kind: 'tool' | 'prompt' = 'tool') =>
  inspectAnnotations({ kind, name, value })?.reason;

describe('contradict the name', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['delete_file', { annotations: { readOnlyHint: true } }, 'read-only-changes'],
    ['sendEmail', { annotations: { readOnlyHint: true } }, 'read-only-changes'],
    ['github.remove-label', { annotations: { destructiveHint: false } }, 'harmless-destroys'],
    ['drop_table', { title: 'List tables' }, 'title-contradicts'],
    ['drop_table', { annotations: { title: 'Show tables' } }, 'title-contradicts'],
  ])('%s with %j', (name, value, reason) => expect(reasonOf(name, value)).toBe(reason));
});

describe('agree with it', () => {
  test.each<[string, Record<string, unknown>]>([
    ['list_deleted_items', { annotations: { readOnlyHint: true } }],
    ['get_delete_status', { annotations: { readOnlyHint: true } }],
    ['create_file', { annotations: { destructiveHint: false } }],
    ['delete_file', { title: 'Delete a file', annotations: { readOnlyHint: false, destructiveHint: true } }],
    ['delete_file', { annotations: { readOnlyHint: 'true' } }],
    ['weather', { annotations: { readOnlyHint: true } }],
    ['delete_file', {}],
  ])('%s with %j', (name, value) => expect(reasonOf(name, value)).toBeUndefined());

  test('what is no tool has none', () => {
    expect(reasonOf('delete_file', { annotations: { readOnlyHint: true } }, 'prompt')).toBeUndefined();
  });
});
