import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ApiError } from './api-error.ts';
import { listPages, readPage, type ListPage, type PageQuery } from './list-pages.ts';
import { defineResource, type KubeObject } from './resource.ts';

const widgets = defineResource<KubeObject>('example.com/v1', 'Widget', 'widgets');
const widget = (name: string) => ({ metadata: { name } }) as KubeObject;
const expired = new ApiError({ verb: 'list', resource: widgets }, 410, { reason: 'Expired' });

/** Answers in turn, and notes what it was asked. */
function server(...answers: (ListPage<KubeObject> | ApiError)[]) {
  const asked: PageQuery[] = [];
  const read = (query: PageQuery): Promise<ListPage<KubeObject>> => {
    asked.push(query);
    const answer = answers.shift();
    return answer instanceof ApiError ? Promise.reject(answer) : Promise.resolve(answer as ListPage<KubeObject>);
  };
  return { asked, read };
}

describe('listPages', () => {
  it('reads page after page of one snapshot', async () => {
    const { asked, read } = server(
      { items: [widget('a')], metadata: { resourceVersion: '7', continue: 'more' } },
      { items: [widget('b')], metadata: { resourceVersion: '7', continue: '' } },
    );
    const { items, resourceVersion } = await listPages(undefined, read);
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(resourceVersion).toBe('7');
    expect(asked).toEqual([
      { limit: 500, continue: undefined },
      { limit: 500, continue: 'more' },
    ]);
  });

  it('asks for no pages of what the server has at hand', async () => {
    const { asked, read } = server({ items: [], metadata: { resourceVersion: '7' } });
    await listPages('0', read);
    expect(asked).toEqual([{ resourceVersion: '0' }]);
  });

  it('asks for all at once when the snapshot of its pages is over', async () => {
    const { asked, read } = server(
      { items: [widget('a')], metadata: { resourceVersion: '7', continue: 'more' } },
      expired,
      { items: [widget('a'), widget('b')], metadata: { resourceVersion: '9' } },
    );
    expect(await listPages(undefined, read)).toMatchObject({ items: [{}, {}], resourceVersion: '9' });
    expect(asked.at(-1)).toEqual({});
  });

  it('passes on a refusal of the list that is not paged', async () => {
    const { read } = server(expired);
    await expect(listPages('0', read)).rejects.toBe(expired);
  });
});

describe('readPage', () => {
  const body = (...parts: string[]) => Readable.from(parts.map((part) => Buffer.from(part))) as AsyncIterable<Buffer>;

  it('says of every item what it is, since the API server does not, and keeps of it what it is told to', async () => {
    const page = body(
      '{"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"a"},',
      '"spec":{"long":"…"}}]}',
    );
    const keep = ({ apiVersion, kind, metadata }: KubeObject) => ({ apiVersion, kind, metadata });
    expect(await readPage(widgets, page, keep)).toEqual({
      items: [{ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' } }],
      metadata: { resourceVersion: '7' },
    });
  });

  it('takes a list without items for an empty one', async () => {
    const page = body('{"items":null,"metadata":{"resourceVersion":"7"}}');
    expect(await readPage(widgets, page, (item) => item)).toMatchObject({ items: [] });
  });
});
