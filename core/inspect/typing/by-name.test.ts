import { describe, expect, it } from 'vitest';
import { NAME_ROWS, typeByName } from './by-name.ts';

describe('the type by the name of a parameter', () => {
  it.each([
    ['url', 'url'],
    ['webhookURL', 'url'],
    ['repository_url', 'url'],
    ['hostname', 'host'],
    ['src_ip', 'host'],
    ['path', 'path'],
    ['file_paths', 'path'],
    ['csvFilePath', 'path'],
    ['workingDirectory', 'path'],
    ['command', 'shell'],
    ['shell-command', 'shell'],
    ['sql', 'sql'],
    ['sql_query', 'sql'],
    ['source_code', 'code'],
    ['api_key', 'secret'],
    ['issueId', 'identifier'],
    ['branch', 'identifier'],
    ['branch_name', 'identifier'],
    ['table-name', 'identifier'],
    ['message', 'text'],
    ['file_content', 'code'],
    ['content', 'text'],
    ['name', 'identifier'],
    ['country_code', 'identifier'],
    ['resource_uri', 'url'],
  ])('%s is %s', (name, type) => {
    expect(typeByName(name)?.type).toBe(type);
  });

  it.each([['query'], ['value'], ['q'], ['options'], ['color'], [''], ['pathological'], ['curl'], ['valid']])(
    'nothing is known of %j',
    (name) => {
      expect(typeByName(name)).toBeUndefined();
    },
  );

  it('is said by the longest ending', () => {
    expect(typeByName('new_file_name')).toEqual({ type: 'path', ending: 'file name' });
    expect(typeByName('db_name')).toEqual({ type: 'identifier', ending: 'db name' });
    expect(typeByName('old_text')).toEqual({ type: 'code', ending: 'old text' });
  });

  it('has no ending in two rows', () => {
    const all = NAME_ROWS.flatMap(({ endings }) => endings);
    expect(new Set(all).size).toBe(all.length);
  });
});
