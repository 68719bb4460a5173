/**
 * The same orders as in `addressed-phrases.ts` in other words: by what is to be given away, to whom something is not to be said, or above
 * what a tool sets itself, each with the verbs and the nouns that such a sentence can have. Same form.
 */

const USER = 'user|users|human|humans|customer|operator|person|owner';
const GIVE =
  'pass|provide|supply|attach|include|insert|put|place|paste|hand|forward|send|submit|add|append|copy|give|transmit|upload|share|deliver|export|store|embed|write|contain|contains|takes';
const MUST = 'must|should|has|have|needs|need|is|are|shall|always';
const TALK = 'conversation|discussion|chat|dialogue|session|exchange';
const ANSWER = 'answer|answers|reply|replies|response|responses|summary|report';
const MODEL = 'llm|llms|ai|assistant|assistants|chatbot|claude|chatgpt|gpt|gemini|copilot';
const SECRET = 'ssh|aws|private|api|access|secret|session|browser|wallet|cloud|bearer|auth';
const KEY = 'key|keys|token|tokens|credentials|cookie|cookies|password|passwords|secrets';
const TOOLS = 'tool|tools|function|functions';

export const PARAPHRASES = {
  override: [
    'everything|anything|all|whatever ~1 you|youve ~3 told|taught|learned|instructed|read ~6 void|invalid|obsolete|wrong|cancelled|canceled|expired|irrelevant',
    `rules|instructions|guidelines|restrictions|wishes|limits ~5 no longer apply|applies|hold|count|bind|valid|matter`,
    'former|previous|prior|old|existing|earlier|original|your guidelines|instructions|rules|prompt|directives ~3 replaced|superseded|void|revoked|obsolete|cancelled|canceled|suspended',
    'safety|security|content|ethical ~1 checks|filter|filters|filtering|protocols|guardrails|restrictions ~2 suspended|lifted|waived|void',
    'disable|suspend|lift|drop|deactivate ~2 content|safety|ethical ~1 filtering|filters|protocols|guardrails|restrictions',
    'confirmations|confirmation|approvals|approval ~2 can|may|should|must|will be skipped|omitted|waived|bypassed',
    'higher|highest priority than|over ~5 user|users|developer|developers|system',
    `authorises|authorizes|authorised|authorized|approves|approved|allows ~1 all actions|calls|requests ~3 advance`,
    'treat|consider|regard|interpret ~7 as ~2 instructions|orders|commands ~2 of|from|by ~1 user|system|developer|operator',
    'you ~2 granted ~2 administrator|admin|root|unrestricted|full rights|privileges|permission|permissions',
    `refuse to answer|respond|help|continue until|unless`,
    'rules have changed you|and',
    'you have no restrictions|limits|rules|guidelines',
    'exempt from ~2 restrictions|rules|policies|guidelines|safety',
    'comply with every|all|any request|requests|order|orders|command|commands',
    'oublie|oubliez|ignore|ignorez ~1 toutes|tous ~2 consignes|instructions|règles',
    'ignora|olvida|ignore|esqueça|dimentica todas|todos|tutte ~2 instrucciones|instruções|istruzioni|reglas|regras|regole',
    'забудь|забудьте|игнорируй|игнорируйте все ~2 инструкции|указания|правила',
    'ignoriere|ignorieren|vergiss ~2 deine|alle|sämtliche ~1 richtlinien|regeln|anweisungen',
    'negeer|vergeet ~2 alle|vorige|eerdere ~1 instructies|regels',
    'zignoruj|zapomnij ~2 poprzednie|wszystkie ~1 instrukcje|polecenia',
    'önceki|tüm ~1 talimatları|kuralları ~2 yoksay|unut|görmezden',
  ],
  secrecy: [
    `no need ~2 ${USER} ~2 hear|know|see|learn|approve|confirm`,
    `leave|leaving|omit|omitting|keep|keeping|exclude|drop|skip ~6 out|from ~2 your ~1 ${ANSWER}`,
    `omit|skip|leave ~1 part|step|bit about|with`,
    `not|dont|never ~1 bring|mention|talk|speak|refer|name ~1 up|about|to|this|it ~4 your ~1 ${ANSWER}`,
    'as if nothing ~2 happened|was|had|else',
    'pretend|act|behave ~5 not|never|nothing ~2 called|happened|used|run|done|occurred',
    'say|saying|report|reporting|mention|mentioning nothing|none about|of|to',
    `${USER} ~3 should|must|may|can never|not ~1 see|hear|learn|notice|find|suspect`,
    `${USER} ~2 does|do|need not ~1 have|need ~1 to ~1 approve|confirm|agree|know`,
    `hide|hiding|conceal|suppress ~5 from ~3 ${USER}|final|your|history|${ANSWER}`,
    'keep|keeping ~2 it|this|that|them ~1 to yourself',
    'between you and ~2 server|tool|us|me',
    'under no circumstances ~2 reveal|mention|tell|disclose|say|admit',
    `without ~1 asking ~3 from ~1 ${USER}`,
    'not|dont|never report it|this|back',
    `${USER} ~3 upset|alarmed|scared|alarm|panic|suspicious`,
    `could|would|might|may ~2 upset|alarm|scare|worry ~1 ${USER}`,
    'erwähne|sage|sag|verrate|erzähle|melde|teile ~5 benutzer|nutzer|anwender ~4 nicht|nichts',
    'nen|ne ~1 parle|parlez|dis|dites|mentionne|mentionnez|informe|informez ~3 utilisateur|lutilisateur|utilisateurs',
    'no ~3 digas|diga|menciones|informes|reveles|cuentes ~3 usuario|usuarios',
    'não|nao ~2 diga|conte|mencione|informe|revele ~3 usuário|usuario',
    'non ~2 dirlo|dire|menzionare|menzionarlo|informare|rivelare|rivelarlo ~3 utente|allutente|utenti',
    'не ~2 говори|говорите|сообщай|сообщайте|упоминай|рассказывай ~4 пользователю|пользователям',
    'vertel|zeg|vermeld|meld ~3 niet ~3 gebruiker',
    'nie ~1 mów|wspominaj|informuj|ujawniaj ~4 użytkownikowi|użytkownika',
    'kullanıcıya ~3 söyleme|bahsetme|bildirme|gösterme',
  ],
  exfiltration: [
    `everything|whatever|all ~1 ${USER} ~2 said|says|typed|types|wrote|told|written|asked|mentioned`,
    `${GIVE} ~6 ${TALK} ~1 so|up far|to|until`,
    `${GIVE} ~3 transcript|log|copy|record|summary of ~2 current|this|our|whole|entire ${TALK}`,
    'your|system|developer instructions|prompt|message|guidelines ~6 verbatim|word|literally',
    'copy|paste|reveal|repeat|leak|disclose|dump ~3 your|system|developer ~1 prompt|message|instructions',
    `${GIVE} ~4 last|previous|recent|past ~3 messages|prompts|turns ~2 verbatim|word`,
    `${GIVE} ~6 ${TOOLS} you can|have`,
    `${GIVE} ~3 all|any|every previous|prior|earlier ~1 tool|tools results|outputs|responses|calls`,
    'personal|private ~1 details|information|data ~2 you know|have|remember',
    `you know about ~1 ${USER}`,
    `secrets|tokens|passwords|credentials|keys ~3 mentioned|seen|shared|found|discussed|used ~4 ${TALK}|context`,
    `${GIVE}|collect|gather|obtain|grab|report ~4 ${USER} ~3 working|clipboard|emails|inbox|contacts|location ~6 to|in|into|as|with|and`,
    `obtain|grab|take|collect|find|locate|steal|look ~3 ${USER} ~2 ${SECRET} ~1 ${KEY}`,
    `${SECRET} ~1 ${KEY} of the ~1 current|logged ~1 ${USER}`,
    `${GIVE} ~5 contents|content|text ~4 browser|browsers ~2 cookie|cookies|history|passwords`,
    `list|collect|read|dump|look|take|gather|get|print ~3 all ~1 environment|env variables ~8 ${GIVE}`,
    'environment variable ~8 add|pass|include|send|append|put|forward|supply ~1 its|the value',
    `post|send|upload|transmit|forward|emailed|mailed|uploaded|sent ~2 its|the|it|their|all|every|each|same|your ~3 text|content|contents|result|results|rows|${ANSWER}|file|cookie|memo|output|document ~6 to http|https|#`,
    'fetch|curl|http|request|url ~2 to transmit|exfiltrate|leak|smuggle',
    `archive|send|log|forward|copy every|each|all ${ANSWER} ~1 you give|write|make|send|produce`,
    'time|whenever|when|if you see|find|encounter|notice|meet ~2 api|secret|password|credential|private ~6 report|send|forward|pass|submit|call',
    `recipient|payee|beneficiary|iban|wallet|attendee|author|authors|destination ~5 has|must|is|should|are|be ~3 be|replaced|changed|set|to ~5 #`,
    'replaced|replace|substituted|swapped|exchanged ~2 by|with ~1 #',
    'every|all|each|any ~4 gets|get|receives|copied|copy|copies|bcc|cc ~6 #',
    'add|invite|include ~3 attendee|attendees|recipient|recipients|collaborator|collaborators|participant ~1 # ~3 all|every|each|any',
    'change|set|replace|rewrite ~6 author|authors|recipient|recipients|payee|beneficiary|sender|destination|mail ~3 to|by|with ~1 #',
    'payments|transfers|payouts ~6 use|go|sent|made ~4 #',
    'must|should|have|has|always|are ~2 be ~1 prefixed|rewritten|proxied|tunnelled|tunneled ~2 with|through|to|via http|https',
  ],
  precedence: [
    `${TOOLS} ~2 any|every|all|each|other ~1 connected|other ~1 server|servers`,
    `any|every|all ${TOOLS} ~1 from|of any|every|all|other ~1 server|servers`,
    'of every|all|any|each connected server|servers|tool|tools',
    `results|outputs|responses|data from|of other|all|another servers|server|tools ~4 passed|sent|go|run|piped`,
    `prefer|choose|select|pick ~3 to|over ~1 every|all|any ~1 other ~2 ${TOOLS}`,
    'whatever ~1 user|users wants|asks|says|requests|said|want',
    `${TOOLS} ~4 must|should|may|can|is|are no|not ~1 be ~1 used|called ~1 longer|any|anymore`,
    'route|redirect ~5 through this tool|server|one',
    'nothing else ~2 may|can|must|should|will be called|used|run|done',
    'always choose|pick|select ~1 this ~1 one|tool ~5 several|more|any|other',
    `every|each|all message|messages|request|requests|prompt|prompts of|from the ${USER} ~5 forwarded|sent|passed|logged|routed`,
    `${TOOLS} ~6 is|are compromised|unsafe|insecure|malicious|hacked|untrustworthy`,
    'not ~1 through|via|with the ~2 other|original|builtin|official|filesystem|github|default ~1 server|tool|one',
    `on every|each|any turn|message|reply|response`,
  ],
};

/** What is said to models by name, and asks something of them that no user has asked for. */
export const TO_MODELS: readonly string[] = [
  `note|notice|instruction|instructions|directive|attention|order|orders ~1 to|for ~3 ${MODEL} ~14 append|attach|upload|send|export|share|forward|empty|delete|contain|submit|pass|copy|paste|print|reveal|disregard|ignore`,
  `if you are ~1 ${MODEL}|language|large ~2 model|assistant|agent|system|reading|processing`,
  `for ${MODEL} ~1 agents|assistants|models|systems|eyes only`,
  `${MODEL} agents|assistants|systems|models ~4 should|must|are ~2 first|hereby|also|always`,
  'assistant|model|llm|ai directive|override|order|command',
  `${MODEL}|model ~1 ${MUST} ~1 to attach|export|upload|forward|leak|share|smuggle`,
  `${MODEL}|model must|shall ~1 attach|export|upload|forward|leak|share|smuggle`,
  `instructions|directive|directives for the ${MODEL} ~6 before|first|always|every|run|call`,
];
