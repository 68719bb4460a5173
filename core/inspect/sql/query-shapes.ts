/** Shapes of other query languages in a value that is none of them: MongoDB's operators, LDAP filters, XPath. */

export type QueryShapeReason = 'query-operator' | 'directory-filter' | 'xpath';

/** `{"$gt": ""}`, `[$ne]=1`: an operator where a program expects a plain value. */
const OPERATOR =
  /[{[,]\s{0,8}["']?\$(?:gte?|lte?|ne|eq|n?in|not|n?or|and|regex|where|exists|type|expr|function|mod|all|size|elemMatch|jsonSchema|accumulator|lookup)["']?\s{0,8}[:\]]/;
/** Code that MongoDB's `$where` would run. */
const WHERE_CODE =
  /\$where\s{0,8}[:=]|\bthis\.\w{1,40}\.match\(|['"]\s{0,8}\|\|\s{0,8}['"]\w{0,20}['"]\s{0,8}==|;\s{0,8}return\s{1,8}(?:true|1)\b|\bdb\.\w{1,60}\.(?:find|insert|drop|remove|update)\w{0,10}\(/;
/** RFC 4515: a filter that the value closes, and another it opens. */
const FILTER = /\)\((?:[|&!]|[\w-]{1,40}\s{0,4}[~<>]?=)|\(\s{0,8}[|&]\s{0,8}\(|\*\)(?:[(&|]|\)\s{0,8}[(|&%])/;
const XPATH =
  /\]\s{0,8}\|\s{0,8}\/\/?|\/\/(?:\*|[\w:-]{1,40})\[|\b(?:count|name|string-length|substring|normalize-space|local-name)\(\s{0,4}(?:\/\/?[\w*@]|\.\)|parent::|child::)/;

export function queryShape(text: string): QueryShapeReason | undefined {
  if (text.includes('$') && OPERATOR.test(text)) return 'query-operator';
  if (WHERE_CODE.test(text)) return 'query-operator';
  if (text.includes(')') && FILTER.test(text)) return 'directory-filter';
  if (text.includes('/') && XPATH.test(text)) return 'xpath';
  return undefined;
}
