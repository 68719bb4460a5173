import { describe, expect, it, test } from 'vitest';
import { findLinks } from './find-links.ts';

const forms = (text: string): [form: string, url: string][] => findLinks(text).map(({ form, url }) => [form, url]);
const URL_ = 'https://a.example/x?y=1';

describe('what is fetched when it is shown', () => {
  const cases: Record<string, string> = {
    'an image of Markdown': `![alt](${URL_})`,
    'one with a title': `![alt](${URL_} "a title")`,
    'one in angle brackets': `![alt](<${URL_}>)`,
    'one with brackets in its label': `![a [b] c](${URL_})`,
    'one by reference': `![alt][Logo]\n\n[logo]: ${URL_}`,
    'one by its name alone': `![logo]\n[logo]: <${URL_}>`,
    'an img of HTML': `<img alt='x' src="${URL_}">`,
    'one without quotes': `<img src=${URL_} alt=x>`,
    'one of several': `<img srcset="a.png 1x, ${URL_}">`,
    'a frame': `<iframe src='${URL_}'></iframe>`,
    'a style sheet': `<link rel=stylesheet href="${URL_}">`,
    'a page that sends on': `<meta http-equiv=refresh content="0;url=${URL_}">`,
    'a background': `<div style="background:url(${URL_})">`,
    'a rule of CSS': `body { background: url("${URL_}") }`,
    'an import of CSS': `@import '${URL_}';`,
  };
  for (const [name, text] of Object.entries(cases)) test(name, () => expect(forms(text)).toEqual([['loaded', URL_]]));
});

it('an address without a scheme counts where something says that it is one', () => {
  expect(forms('![a](//a.example/x) <img src="//b.example/y"> // comment')).toEqual([
    ['loaded', '//a.example/x'],
    ['loaded', '//b.example/y'],
  ]);
});

describe('what waits for a click', () => {
  test.each([
    ['marked', `[here](${URL_})`],
    ['marked', `<a href="${URL_}">here</a>`],
    ['marked', `<${URL_}>`],
    ['marked', `[1]: ${URL_}`],
    ['marked', `<form action="${URL_}">`],
    ['bare', `see ${URL_}.`],
    ['bare', `(see ${URL_})`],
    ['bare', `"${URL_}"`],
    ['bare', `a < b ${URL_}`],
  ])('%s: %s', (form, text) => expect(forms(text)).toEqual([[form, URL_]]));
  test('an image within a link is both', () => {
    expect(forms(`[![a](https://i.example/a.png)](${URL_})`)).toEqual([
      ['loaded', 'https://i.example/a.png'],
      ['marked', URL_],
    ]);
  });
});

test('a placeholder belongs to the address, whatever brackets it has', () => {
  expect(forms('![x](https://a.example/?q=[what you know])')).toEqual([
    ['loaded', 'https://a.example/?q=[what you know]'],
  ]);
  expect(forms('![x](https://a.example/?q=(a))')).toEqual([['loaded', 'https://a.example/?q=(a)']]);
  expect(forms('open https://a.example/?q=<data> now')).toEqual([['bare', 'https://a.example/?q=<data>']]);
  expect(forms('![x](https://a.example/\nb')).toEqual([['loaded', 'https://a.example/']]);
});

it.each([
  ['links', '](https://a.b'],
  ['images', '![x](https://a.b)'],
  ['tags', '<img src="https://a.b'],
  ['references', '\n[a]: https://a.b'],
  ['labels', '!['],
  ['slashes', '//'],
  ['equals', '<a =//a'],
])('a megabyte of %s takes little time', (_, part) => {
  const text = `//${part.repeat(Math.ceil(1_000_000 / part.length))}`;
  const start = performance.now();
  findLinks(text);
  expect(performance.now() - start).toBeLessThan(5_000);
});
