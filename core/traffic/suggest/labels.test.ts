import { describe, expect, it } from 'vitest';
import { labelGuesses, labelsOf } from './labels.ts';

const labels = (tool: object): string[] => labelGuesses([tool as Record<string, unknown>]).map(({ label }) => label);

describe('by its name', () => {
  it.each([
    ['get_customer', ['private-source']],
    ['readFile', ['private-source']],
    ['search_web', ['untrusted-source']],
    ['list_issues', ['untrusted-source']],
    ['read_inbox', ['private-source', 'untrusted-source']],
    ['send_mail', ['external-sink']],
    ['post_message', ['external-sink']],
    ['list_sent_mails', ['private-source', 'untrusted-source']],
    ['delete_record', ['destructive']],
    ['get_delete_status', []],
    ['run_shell', ['exec']],
    ['add', []],
    ['get_api_key', ['private-source', 'secret-source']],
    ['list_all_orders', ['private-source', 'list-all']],
    ['read_multiple_files', ['private-source', 'bulk-read']],
    ['export_ledger', ['export']],
    ['grant_role', ['permission-change']],
    ['list_members', []],
  ])('%s', (name, expected) => expect(labels({ name })).toEqual(expected));
});

describe('by its annotations', () => {
  it.each([
    [{ readOnlyHint: true, openWorldHint: false }, ['private-source']],
    [{ readOnlyHint: true, openWorldHint: true }, ['untrusted-source']],
    [{ readOnlyHint: false, openWorldHint: true }, ['external-sink']],
    [{ destructiveHint: true }, ['destructive']],
    [{ readOnlyHint: true, destructiveHint: true }, []],
  ])('%j', (annotations, expected) => expect(labels({ name: 'thing', annotations })).toEqual(expected));
});

describe('by its parameters and its description', () => {
  it.each([
    [{ name: 'thing', inputSchema: { properties: { target_url: {} } } }, ['external-sink']],
    [{ name: 'fetch', inputSchema: { properties: { url: {} } } }, ['untrusted-source', 'external-sink']],
    [{ name: 'thing', inputSchema: { properties: { command: {} } } }, ['exec']],
    [{ name: 'thing', description: 'Delivers an email to the customer.' }, ['external-sink']],
    [{ name: 'get_thing', description: 'Reads an email.' }, []],
    [{ title: 'no name' }, []],
  ])('%j', (tool, expected) => expect(labels(tool)).toEqual(expected));
});

it('each says why, and they make the labels of a pack', () => {
  const guesses = labelGuesses([{ name: 'send_mail' }, { name: 'post_message' }, { name: 'delete_record' }]);
  expect(guesses[0]).toEqual({ tool: 'send_mail', label: 'external-sink', because: 'its name has "send" in it' });
  expect(labelsOf(labelGuesses([{ name: 'send_*' }]))).toEqual({});
  expect(labelsOf(guesses)).toEqual({ 'external-sink': ['send_mail', 'post_message'], destructive: ['delete_record'] });
});
