/**
 * A model that is let through without a person is told so, and how long that lasts: else it learns from the eleventh call what it could
 * have planned for. As text, since few clients show `_meta` to their models, and in `_meta` for programs.
 */
import { type Edit, JsonView, type Span } from '../../../core/mcp/json-view.ts';
import type { Approval, StandingGrant } from '../../approvals/approval.ts';
import { grantedNote } from '../../approvals/wording.ts';
import type { Answer, Ruling } from '../check.ts';
import { setMember } from '../edits.ts';

const META = '_meta';
const GRANT_META_KEY = 'sallyport.dev/grant';
const OPEN_BRACKET = 0x5b;
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

export function tellOfGrant({ isOwn, result, call }: Answer): Ruling {
  const { approval } = call.course;
  if (!isOwn || result === undefined || approval?.grant === undefined || result.keys.length === 0) return undefined;
  const edits: Edit[] = [metaEdit(result, metaOf(approval, approval.grant))];
  const content = result.span('content');
  if (content !== undefined && result.bytes[content.start] === OPEN_BRACKET) {
    edits.push(appended(result.bytes, content, { type: 'text', text: grantedNote(approval, approval.grant) }));
  }
  return { edits };
}

function metaOf({ name, expiresAt }: Approval, { uses, maxUses }: StandingGrant): object {
  return { name, use: uses, uses: maxUses, left: maxUses - uses, expiresAt: new Date(expiresAt).toISOString() };
}

function metaEdit(result: JsonView, grant: object): Edit {
  const span = result.span(META);
  const own = span && JsonView.of(result.bytes, span);
  if (own !== undefined && own.keys.length > 0) return setMember(own, GRANT_META_KEY, grant);
  return setMember(result, META, { [GRANT_META_KEY]: grant });
}

/** Behind all that the server said. */
function appended(bytes: Buffer, { start, end }: Span, item: object): Edit {
  const at = end - 1;
  let last = at - 1;
  while (last > start && BLANKS.has(bytes[last] ?? 0)) last--;
  const text = JSON.stringify(item);
  return { span: { start: at, end: at }, text: last === start ? text : `,${text}` };
}
