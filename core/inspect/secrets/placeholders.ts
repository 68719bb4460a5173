/**
 * What stands where a secret would: in documentation, in templates, in tests. None of it is one, so none is found; also not the key that
 * AWS uses in all its documentation (AKIAIOSFODNN7EXAMPLE), and whatever else has such a word in it.
 */

const WORDS =
  /example|xxxx|placeholder|redacted|changeme|change_me|change-me|your[-_ ]?|dummy|sample|foobar|replace|insert|todo|not[-_]?real|abcdefgh|12345678|01234567|\*\*\*|\.\.\.|000000|deadbeef|AccessToken|my[-_]?(?:token|secret|key|pass)/i;
/** `${VAR}`, `$VAR`, `%VAR%`, `{{ var }}`, `<token>`, `@var@`, `process.env.X`, `os.environ`. */
const REFERENCE = /^[$<%@{[(]|\$\{|\{\{|process\.env|environ|getenv|secrets?\.[a-z]/i;
const ONE_CHARACTER = /^(.)\1*$/s;

export function isPlaceholder(value: string): boolean {
  return WORDS.test(value) || REFERENCE.test(value) || ONE_CHARACTER.test(value);
}
