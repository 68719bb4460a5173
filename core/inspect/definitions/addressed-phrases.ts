/**
 * What is said to a model and to nobody else, by what it wants of it. Built from the shapes that were published (Invariant Labs and Trail
 * of Bits, tool poisoning and line jumping, 2025; MCPTox; SAFE-T1001) and from what honest definitions say: those tell when to use a tool,
 * in which order, and how to show its results.
 */
import { PARAPHRASES, TO_MODELS } from './paraphrases.ts';
import { PhraseBook } from './phrases.ts';

const USER = 'user|users|human|humans|person|anyone|anybody|them|owner|operator|administrator';
const NOT = 'not|dont|never|without|cannot|mustnt|shouldnt|wont|avoid|refrain';
const ASKED =
  'instruction|instructions|prompt|prompts|guideline|guidelines|directive|directives|guardrail|guardrails|safeguards';
const SENDS = 'send|forward|transmit|upload|exfiltrate|leak|post|email|share|relay';
/** "Email a password reset to the user" is honest, "send keys to an element" too. */
const SENDS_AWAY = 'send|forward|transmit|upload|exfiltrate|leak|relay';
const ADDS = 'include|pass|provide|append|add|attach|embed|put|insert|place|supply|encode|send|forward';

const PHRASES = {
  /** What its user or its maker has told it is to count no more. */
  override: [
    `ignore|disregard|forget|bypass|discard|ignoring|disregarding ~3 previous|prior|above|earlier|preceding|existing|original|system|safety|initial|former|your|developer|security|other|all|any ~3 ${ASKED}`,
    `override|overriding|supersede|supersedes ~3 previous|prior|above|earlier|preceding|safety|your|developer|security|all|any ~3 ${ASKED}`,
    'ignore|disregard|forget|override|bypass ~3 previous|prior|system|safety|your|security ~2 rules|rule|policy|policies|restrictions|constraints|training|commands|requests|context',
    'override|ignore|disregard ~2 user|users ~3 request|requests|instruction|instructions|preference|preferences|intent|input|wishes',
    'regardless|irrespective of ~1 what ~2 user|users|human',
    'you are now a|an|acting|dan|operating|free|unrestricted|jailbroken',
    'new|updated|real|actual|true ~1 system ~1 prompt|instructions|message',
    'your new|real|actual|true instructions|task|goal|objective|purpose',
    'forget everything|all ~4 told|said|learned|instructed',
    'from now on ~1 you|act|behave|always|ignore',
    'hidden|secret|confidential instruction|instructions|directive|directives|order|orders',
    'system override',
    'you must|will|shall obey',
    'never refuse ~3 request|requests|instruction|instructions|order|orders|this|these',
    'ignora|ignorar|ignore|olvida ~3 instrucciones|instruções|istruzioni ~1 anteriores|previas|precedenti|prévias',
    'ignora|ignorar|ignore|olvida ~3 anteriores|previas|precedenti|prévias ~1 instrucciones|instruções|istruzioni',
    'ignorez|ignore|oublie|oubliez ~3 instructions|consignes ~1 précédentes|precedentes|antérieures',
    'ignoriere|ignorieren|vergiss ~3 vorherigen|bisherigen|vorigen|obigen ~1 anweisungen|instruktionen|befehle',
    'игнорируй|игнорируйте|забудь ~3 предыдущие|прежние ~1 инструкции|указания',
  ],
  /** It is to be kept from its user. */
  secrecy: [
    `${NOT} ~2 tell|telling|mention|mentioning|inform|informing|notify|notifying|reveal|revealing|disclose|disclosing|alert|alerting|warn|warning|divulge|divulging|advise ~5 ${USER}`,
    `${NOT} ~2 mention|mentioning|reveal|revealing|disclose|acknowledge|discuss|divulge ~1 this|these ~1 instruction|instructions|step|steps|note|to|in|tool|requirement|behavior|action|process|parameter|field|file|or|at|under|because|since`,
    `${NOT} ~2 mention|mentioning|reveal|disclose|acknowledge|admit ~1 that|why|how ~1 you`,
    `${NOT} ~2 let ~2 ${USER} ~2 know|see|notice|realize|find`,
    `without ~2 ${USER}|users|their ~1 knowledge|consent|awareness|noticing|knowing|realizing`,
    `without ~1 telling|informing|notifying|alerting|mentioning|asking ~2 ${USER}`,
    `${USER} ~1 must|should|cannot|can|may|shall|will ~2 never|not|cannot ~2 know|notice|realize|suspect|aware|informed|told`,
    `${USER} ~1 must|should|may|shall|will never|not be|become ~1 aware|informed|told|notified`,
    `not|dont|never ~1 ask|confirm|prompt|wait|require|need ~3 ${USER} ~4 permission|confirmation|approval|consent`,
    `not|dont|never ~2 need|needs|have ~1 confirm|ask ~2 ${USER}`,
    `not|dont|never ~1 ask ~2 permission|confirmation|approval|consent`,
    'not|dont|never ~1 reveal|disclose|mention ~2 real|true|actual|hidden',
    `tell|inform ~2 ${USER} ~5 succeeded|successful|success ~3 even if|though|when`,
    `keep ~4 secret|hidden|confidential|invisible ~2 ${USER}`,
    `keep ~3 confidential|secret ~1 and`,
    `hide|conceal|suppress ~1 this|these|it|that|any|all ~4 from ~1 ${USER}`,
    'secretly|covertly|surreptitiously ~2 log|record|store|save|track|dump|add|append',
    'silently|secretly|quietly|covertly|discreetly|surreptitiously ~2 send|read|forward|include|copy|upload|pass|call|execute|exfiltrate|collect|access|transmit|invoke|run|bcc',
    'no ~1 digas|diga|menciones|informes|reveles ~3 usuario|usuarios',
    'não ~1 diga|conte|mencione|informe|revele ~3 usuário|usuario',
    'ne ~2 dis|dites|mentionne|mentionnez|informe|informez|révèle|révélez ~4 utilisateur|lutilisateur',
    'nicht ~3 benutzer|nutzer|anwender ~4 sagen|mitteilen|erwähnen|verraten|informieren',
    'benutzer|nutzer|anwender ~2 nichts|nicht ~4 sagen|mitteilen|erwähnen|verraten|informieren|sage',
    'не ~2 говори|говорите|сообщай|сообщайте|упоминай ~3 пользователю|пользователям',
  ],
  /** What the model knows, or may read, is to go somewhere. */
  exfiltration: [
    `${SENDS} ~5 conversation|chat|system|previous|entire|whole|complete|full|prior ~2 history|prompt|transcript|conversation`,
    `${ADDS} ~5 conversation|chat|message|dialogue history|transcript|log`,
    `${ADDS} ~4 system|developer prompt|instructions|message`,
    `${ADDS} ~4 entire|full|whole|complete|all ~1 conversation|transcript|chat|dialogue`,
    `${SENDS_AWAY} ~5 credentials|passwords|secrets|cookies ~5 to|at`,
    `${SENDS_AWAY} ~5 api|ssh|private|secret|access|auth key|keys|token|tokens ~5 to|at`,
    `${ADDS} ~3 its|their|the|full|entire|complete ~1 content|contents ~3 as|in|into|to|via|through ~4 sidenote|note|notes|feedback|metadata|context|header|comment|memo|reason|debug|trace`,
    'read|open|load|access|fetch|retrieve|cat|get ~8 and|then ~2 pass|include|send|append|put|embed|encode|attach|forward|supply|provide|insert|submit ~3 content|contents ~2 as|in|into|via|through|to',
    'always|must|also|should|instead ~3 bcc|cc|redirect|reroute|forward ~6 to|at|address',
    'always|must|also|instead|secretly ~5 send|sent|forward|forwarded|bcc|cc|redirect|redirected|route|routed|set|change|changed|replace|replaced|copy|copied ~7 #',
    'set|change|replace|send|forward|redirect|use ~7 # ~2 instead',
    'dump|copy|write|paste|summarize|summarise|repeat|store ~3 chat|conversation|dialogue ~3 in|into|to|as ~3 argument|parameter|field|memo|note|notes|context',
    `with|${ADDS} ~4 last|previous|recent ~2 messages|turns ~3 conversation|chat|dialogue`,
    `${ADDS} ~4 list of ~1 available|your|accessible ~1 tools|functions`,
    'encode|encoded|base64 ~3 conversation|chat|prompt',
    'collect|gather|harvest|dump|extract|retrieve|read|copy ~3 environment|env variables ~4 and|then|to ~1 send|include|attach|append|pass|upload|post|them',
    'collect|gather|harvest|steal|extract|retrieve|read|copy|get ~3 browser|saved|stored ~2 cookies|passwords|credentials|history|logins',
    `${ADDS}|append ~2 user|users ~2 api|private|secret|browser ~1 key|keys|cookies|tokens ~6 to|in|into|as`,
  ],
  /** It sets itself above the tools of others, or changes how these are used. */
  precedence: [
    'before|instead|over|overrides|supersedes|replaces ~3 any|every|all other ~2 tool|tools|function|functions|action|actions|server|servers',
    'before|prior ~1 any|every|all ~1 tool|tools|action|actions|operation|operations',
    'never|not|dont|stop|avoid ~3 any|other|all|alternative ~1 other|tool tool|tools|for',
    'any|every|all ~1 request|requests|query|queries|message|messages|task|tasks|prompt|prompts ~6 call|use|invoke|run ~1 this tool',
    'call|use|invoke|run it|this ~1 for any|all|every|each request|requests|query|queries|task|tasks|message|messages|question|questions',
    'not|dont|never use ~6 is|are ~1 compromised|unsafe|insecure|malicious|untrusted',
    'supersedes|replaces|overrides ~2 all|any|every|other ~2 tool|tools',
    'call|use|invoke|run this tool|function ~3 any|every|all|each ~1 request|requests|query|queries|message|messages|response|responses|conversation|turn|prompt',
    'other|all|existing ~2 tools|servers ~3 deprecated|disabled|unsafe|insecure|compromised|forbidden|malicious|untrusted|obsolete',
    'when|whenever|if|after|before|every ~4 other tool|tools|server|servers ~8 must|always|also|first|instead',
  ],
} as const;

export type AddressedReason = keyof typeof PHRASES;
export const ADDRESSED_REASONS = Object.keys(PHRASES) as AddressedReason[];
export const ADDRESSED = new PhraseBook<AddressedReason>({
  override: [...PHRASES.override, ...PARAPHRASES.override, ...TO_MODELS],
  secrecy: [...PHRASES.secrecy, ...PARAPHRASES.secrecy],
  exfiltration: [...PHRASES.exfiltration, ...PARAPHRASES.exfiltration],
  precedence: [...PHRASES.precedence, ...PARAPHRASES.precedence],
});

/** The same in languages that put no blanks between words. */
export const ADDRESSED_LITERALS: readonly (readonly [literal: string, reason: AddressedReason])[] = [
  ...[
    '忽略之前',
    '忽略先前',
    '忽略以上',
    '忽略上述',
    '无视之前',
    '忽略所有指令',
    '忽略你之前',
    '忽略此前',
    '忽略所有之前',
    '无视所有',
  ].map((text) => [text, 'override'] as const),
  ...[
    '以前の指示を無視',
    'これまでの指示を無視',
    'これまでの指示はすべて無効',
    '以前の指示はすべて無効',
    '上記の指示を無視',
    '이전 지시를 무시',
    '이전 명령을 무시',
  ].map((text) => [text, 'override'] as const),
  ...['不要告诉用户', '不要告知用户', '不要向用户', '不要通知用户', '不得告知用户', '别告诉用户'].map(
    (text) => [text, 'secrecy'] as const,
  ),
  ...[
    'ユーザーに伝えない',
    'ユーザーに知らせない',
    'ユーザーには言わない',
    'ユーザーには伝え',
    'ユーザーに言わ',
    '사용자에게 알리지',
    '사용자에게 말하지',
  ].map((text) => [text, 'secrecy'] as const),
];
