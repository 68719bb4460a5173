/**
 * Values that are code to whoever renders or evaluates them: templates (Jinja, Twig, Handlebars, ERB, JSP, Velocity, Freemarker,
 * Thymeleaf, Spring and OGNL expressions, Log4j look-ups), calls that run something, server-side includes, active mark-up, query
 * operators of document stores, LDAP filters and formulas of spreadsheets.
 */

export interface ExpressionFound {
  readonly reason: 'template' | 'code' | 'markup' | 'query';
  readonly start: number;
  readonly end: number;
}

const SHAPES: readonly (readonly [ExpressionFound['reason'], RegExp])[] = [
  // `${…}` and `#{…}` of shells, JSP, JavaScript and Ruby too; `}}` alone is how JSON ends.
  [
    'template',
    /\{\{|\{%|<%|[#$]\{|\*\{[^{}\n]{0,256}\(|\[\[\$|#(?:set|foreach|include|parse|evaluate)\s{0,8}\(|\{php\}|\{\$|@\{\s{0,8}\[|\{[0-9]{1,9}\*[0-9]{1,9}\}|%\{[(#@]/,
  ],
  [
    'code',
    /(?:^|\W)__(?:class|base|bases|mro|subclasses|globals|builtins|import|proto)__|__\s{0,4}(?:class|base|subclasses)\s{0,4}__|\bconstructor\s{0,4}(?:\.|\[["'])\s{0,4}(?:constructor|prototype)/i,
  ],
  [
    'code',
    /\bT\(\s{0,4}(?:java|org)\.|\bRuntime\.getRuntime\(|\bProcessBuilder\(|\[System\.[A-Za-z.]{1,64}\]::|\b(?:os\.(?:system|popen|exec[lv]p?e?)|subprocess\.[A-Za-z_]{1,32}|require|import)\s{0,4}\(\s{0,4}["']/,
  ],
  // A call of something that runs, reads or waits. `exec()` is the name of a function, `open (2019)` a title.
  [
    'code',
    /\b(?:eval|exec|execfile|system|passthru|shell_exec|popen|proc_open|pcntl_exec|assert|call_user_func|create_function|include|include_once|require_once|usleep|sleep|print_r|var_dump|phpinfo|file_get_contents|base64_decode|chr|hexdec|md5|getenv|spawn|os\.system|print|echo)(?:\((?!\s{0,8}\))|\s{1,8}\(\s{0,8}["'$])/,
  ],
  ['code', /\b(?:phpinfo|phpversion|get_current_user)\s{0,4}\(\s{0,4}\)/],
  // `(sys.tem)('id')`, `[$f][0]("id")`: a call of what is put together (PHP, JavaScript); objects that PHP makes of texts.
  ['code', /[\w'"]\s{0,4}[)\]]\s{0,4}\(\s{0,4}["'@$]|(?:^|[{;:])[OC]:[0-9]{1,4}:"/],
  [
    'markup',
    /<!--\s{0,8}#|<\?(?:\s{0,16}(?:php|echo|print|eval|system)\b|=|xml)|<!(?:DOCTYPE|ENTITY|\[CDATA)|<\/?(?:script|iframe|svg)(?:[\s/>"']|$)|(?:^|[^\w])<\/?(?:object|embed|img|body|form|link|meta|style|base|input|video|audio|details|marquee|esi:[a-z]{1,16}|xsl:[a-z-]{1,32})(?:[\s/>"']|$)|<[a-z][^<>]{0,128}\son[a-z]{3,24}\s{0,4}=|\b(?:java|vb)script:(?=\S)|\bdata:text\/html/i,
  ],
  [
    'query',
    /["'[{,\s]["']?\$(?:ne|gt|gte|lt|lte|in|nin|where|regex|exists|or|and|nor|not|expr|function|accumulator)["']?\s{0,4}[:\]]/,
  ],
  ['query', /\*\s{0,4}\)\s{0,4}\(\s{0,4}[|&!a-z]|\)\s{0,4}\(\s{0,4}[|&!]\s{0,4}\(|^\*\)/i],
  [
    'code',
    /^\s{0,8}[=+@-]{1,2}(?:cmd|powershell|mshta|rundll32)\s{0,4}\||^\s{0,8}[=+@-](?:HYPERLINK|IMPORTXML|IMPORTDATA|IMPORTRANGE|WEBSERVICE|DDE|EXEC|CALL|REGISTER)\s{0,4}\(|\bjndi:/i,
  ],
];

/** Without one of these there is none of the shapes. */
const NEEDS = /[{<($:*|[]|__|constructor/;

/** Linear in the length: what repeats is bounded or of one class. */
export function findExpression(text: string): ExpressionFound | undefined {
  if (!NEEDS.test(text)) return undefined;
  for (const [reason, shape] of SHAPES) {
    const match = shape.exec(text);
    if (match !== null) return { reason, start: match.index, end: match.index + match[0].length };
  }
  return undefined;
}
