import { describe, expect, it } from 'vitest';
import { inferType } from './infer.ts';

describe('the type of a parameter', () => {
  it('is what the format of its schema says, whatever its name is', () => {
    expect(inferType({ name: 'path', schema: { type: 'string', format: 'uri' } })).toEqual({
      type: 'url',
      because: 'its format is uri',
    });
    expect(inferType({ name: 'x', schema: { format: 'hostname' } })?.type).toBe('host');
  });

  it('is code where its schema says that it is content', () => {
    expect(inferType({ name: 'path', schema: { contentEncoding: 'base64' } })?.type).toBe('code');
  });

  it('is else what its name says', () => {
    const byName = { type: 'path', ending: 'path', because: 'its name ends in "path"' };
    expect(inferType({ name: 'file_path' })).toEqual(byName);
    expect(inferType({ name: 'file_path', schema: { type: 'string', format: 'made-up' } })).toEqual(byName);
    expect(inferType({ name: 'file_path', schema: { format: 'constructor' } })).toEqual(byName);
  });

  it.each([[{ enum: ['a', 'b'] }], [{ const: 'a' }], [{ type: 'integer' }], [{ type: ['number', 'null'] }]])(
    'is none where there is no choice of texts: %j',
    (schema) => {
      expect(inferType({ name: 'path', schema })).toBeUndefined();
    },
  );

  it('of a query is SQL only where somebody speaks of SQL', () => {
    expect(inferType({ name: 'query' })).toBeUndefined();
    expect(inferType({ name: 'query', tool: 'search_docs' })).toBeUndefined();
    expect(inferType({ name: 'query', tool: 'mysqlquery' })).toBeUndefined();
    expect(inferType({ name: 'query', tool: 'mysql_query' })?.type).toBe('sql');
    expect(inferType({ name: 'query', schema: { description: 'The SQL to run' } })?.type).toBe('sql');
    expect(inferType({ name: 'q', tool: 'mysql_query' })).toBeUndefined();
  });

  it.each([[null], [[]], ['string'], [7], [true]])('is told apart from nothing by a schema that is %j', (schema) => {
    expect(inferType({ name: 'url', schema })?.type).toBe('url');
  });
});
