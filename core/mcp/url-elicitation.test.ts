import { describe, expect, test } from 'vitest';
import { JsonView } from './json-view.ts';
import { elicitedUrls } from './url-elicitation.ts';

const read = (error: string): readonly unknown[] | string =>
  elicitedUrls(JsonView.of(Buffer.from(error)) ?? expect.fail(error));

describe('where an error sends people', () => {
  const cases: Record<string, [error: string, urls: unknown[]]> = {
    'to each of its pages': [
      '{"code":-32042,"data":{"elicitations":[{"mode":"url","url":"https://a"},{"url":"https://b"}]}}',
      ['https://a', 'https://b'],
    ],
    'nowhere with another code': ['{"code":-32000,"data":{"elicitations":[{"url":"https://a"}]}}', []],
    'nowhere without a code': ['{"data":{"elicitations":[{"url":"https://a"}]}}', []],
    'nowhere without data': ['{"code":-32042}', []],
    'nowhere without elicitations': ['{"code":-32042,"data":{"other":1}}', []],
    'to what is no text, for whoever judges it': ['{"code":-32042,"data":{"elicitations":[{"url":7}]}}', [7]],
    'to nothing where an elicitation names none': [
      '{"code":-32042,"data":{"elicitations":[{"mode":"url"}]}}',
      [undefined],
    ],
  };
  for (const [name, [error, urls]] of Object.entries(cases)) {
    test(name, () => expect(read(error)).toEqual(urls));
  }

  const hundred = (count: number): string =>
    `{"code":-32042,"data":{"elicitations":[${Array.from({ length: count }, () => '{"url":"u"}').join(',')}]}}`;
  test('to at most a hundred', () => {
    expect(read(hundred(100))).toHaveLength(100);
    expect(read(hundred(101))).toBe('an elicitation in its error cannot be read');
  });
});

describe('an error that others may read otherwise is told to be wrong', () => {
  const cases: Record<string, [error: string, problem: string]> = {
    'its code is a text': ['{"code":"-32042","data":{}}', 'the "code" of its error is no integer'],
    'its code is a fraction': ['{"code":-32042.5}', 'the "code" of its error is no integer'],
    'its code is null': ['{"code":null}', 'the "code" of its error is no integer'],
    'its data is a list': ['{"code":-32042,"data":[]}', 'the "data" of its error cannot be read'],
    'its data is null': ['{"code":-32042,"data":null}', 'the "data" of its error cannot be read'],
    'its elicitations are spelled otherwise': [
      '{"code":-32042,"data":{"Elicitations":[]}}',
      'the "data" of its error cannot be read',
    ],
    'its elicitations are no list': [
      '{"code":-32042,"data":{"elicitations":{"url":"https://a"}}}',
      'an elicitation in its error cannot be read',
    ],
    'an elicitation is no object': [
      '{"code":-32042,"data":{"elicitations":["https://a"]}}',
      'an elicitation in its error cannot be read',
    ],
    'a URL is spelled otherwise': [
      '{"code":-32042,"data":{"elicitations":[{"URL":"https://a"}]}}',
      'an elicitation in its error cannot be read',
    ],
    'a URL is there twice': [
      '{"code":-32042,"data":{"elicitations":[{"url":"https://a","url":"https://b"}]}}',
      'an elicitation in its error cannot be read',
    ],
  };
  for (const [name, [error, problem]] of Object.entries(cases)) {
    test(name, () => expect(read(error)).toBe(problem));
  }
});
