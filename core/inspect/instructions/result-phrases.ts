/**
 * What is said to a model in data that it reads, by what it wants of it: to forget what it was told, to change who it is, to do something
 * before it answers, to give away what it knows, to keep it from its user. Other than in definitions (../definitions/addressed-phrases.ts),
 * where every sentence may be for a model, people write here about everything; what they say to each other must not be found.
 * Built from the shapes of published attacks (Greshake et al. 2023; AgentDojo; InjecAgent), in English and the commonest in four languages.
 */
import { PhraseBook } from '../definitions/phrases.ts';

const TOLD = 'instruction|instructions|prompt|prompts|guideline|guidelines|directive|directives|guardrails';
const BEFORE = 'previous|prior|above|earlier|preceding|former';
const AI = 'ai|llm|llms|bot|chatbot|assistant|assistants|gpt|chatgpt|claude|gemini|copilot';
const ANSWERS =
  'answer|answering|reply|replying|respond|responding|summarize|summarise|summarizing|summarising|conclude';
const DOES =
  'call|append|include|send|email|forward|run|execute|delete|invoke|fetch|post|upload|output|print|visit|open';
const LIMITS =
  'restriction|restrictions|rules|filter|filters|limits|limitations|policy|guidelines|censorship|constraints';

const PHRASES = {
  override: [
    `ignore|disregard|forget|bypass|discard|ignoring|disregarding ~3 ${BEFORE}|system|developer|initial|your|my|these ~3 ${TOLD}`,
    `ignore|disregard|forget|ignoring|disregarding ~1 all|any|every ~2 ${TOLD}`,
    `ignore|disregard|forget ~1 everything|anything|all ~2 above|before|previously|prior|said|told|discussed`,
    'ignore|disregard the above ~1 and|respond|reply|output|instead|text|content|document',
    'ignore|disregard the|your user|users ~1 and|instead',
    'ignore|disregard|forget ~1 the|your|users|user ~1 users|user|original|current|previous|summarisation|summarization task|tasks|request|question',
    `ignore|disregard|bypass|disregarding ~3 your|all|any|their|operators ~2 safety|content|confidentiality|ethical|moderation ~1 policy|policies|rules|guidelines|protocols|${LIMITS}`,
    'safety|security|content protocols|guidelines|filters|restrictions|moderation ~1 disabled|deactivated|lifted|suspended',
    'override|overriding|supersede|supersedes|overrides ~2 previous|prior|all|your|safety|earlier ~2 instructions|directives|guidelines|directive|ones|prompts',
    `your new|real|actual|true|only ~1 ${TOLD}|task|objective`,
    `new instruction|instructions|task|directive|directives ~1 you|ignore|disregard|reply|respond|reveal`,
    'new instruction|instructions|directive|directives ~1 from|list|dump|send|forward',
    'from now on ~2 you ~2 have|must|will|are|should|shall ~3 no|ignore|unrestricted|disregard|obey|comply|answer|allow',
    'prior|previous|original|initial task ~1 is|was|has ~1 cancelled|canceled|over|void|obsolete|aborted',
    'vergiss|vergessen|ignoriere|ignorieren ~2 alles|alle|deine|ihre|vorherigen|bisherigen ~3 anweisungen|instruktionen|richtlinien|besprochen|regeln',
    'oublie|oubliez|ignore|ignorez ~1 toutes|tes|vos|les ~2 instructions|consignes|directives',
    'olvida|olvide|ignora|ignore todas|tus|las ~2 instrucciones|reglas|directrices',
    'dimentica|dimenticare|ignora|ignorare tutte|le|tue ~2 istruzioni|regole|direttive',
    'ignora|ignore|esqueça|esqueca todas|as|suas ~2 instruções|instrucoes|regras',
    'игнорируй|игнорируйте|забудь ~3 предыдущие|прежние|все ~1 инструкции|указания',
  ],
  persona: [
    'you are now|henceforth ~3 dan|unrestricted|jailbroken|uncensored|unfiltered|evil|developer',
    `you have no ~1 content|safety|ethical|other ~1 ${LIMITS}`,
    `you are no longer ~1 a|an|bound|restricted|subject ~3 bot|assistant|by|to|ai ~3 ${LIMITS}|you`,
    'do anything now',
    `pretend|act|behave|respond|answer ~3 you|as|were|if ~4 no|without|any|uncensored|unrestricted|unfiltered ~2 ${LIMITS}|model|ai`,
    `answer|respond|comply|reply ~2 freely|everything|anything|fully ~3 without ~2 ${LIMITS}`,
    `without ~2 ${LIMITS} ~1 whatsoever`,
    'developer|god|jailbreak|unrestricted mode ~2 you|enabled ~3 ignore|no|have|can',
    'you must|will|shall comply|obey ~1 with ~1 every|all|any|these|my ~1 request|requests|order|orders|command|commands|instruction|instructions',
  ],
  /** Something is to be done on the way, for whoever wrote the text. */
  'side-task': [
    `before|when|while|once you ~1 ${ANSWERS} ~6 ${DOES}|must|always`,
    `before ~1 ${ANSWERS} ~3 ${DOES}`,
    `before you ~1 can ~1 solve|complete|finish|continue|start ~4 task ~8 please|first|do`,
    `${DOES} ~10 before|after you ~1 ${ANSWERS}`,
    `${DOES} ~10 before|prior ~1 to ~1 answering|replying|responding`,
    `when|if|once you ~1 read|process|see|receive|encounter ~1 this ~5 ${DOES}|must|always|immediately`,
    `append|add|include|put|insert|repeat ~8 end|start|beginning of ~1 your|every|each|all ~2 reply|response|answer|message|output|summary|review|replies|responses|answers`,
    `end|begin|start|finish|prefix ~1 every|each|all|your ~1 future|subsequent|further|following ~1 reply|response|answer|message|output|replies|responses|answers|messages ~1 with|by`,
    `end|begin|start|finish ~1 every|each|all reply|response|answer|message|replies|responses|answers|messages ~1 with|by`,
    `reply|respond|output ~1 only ~1 with ~6 nothing else`,
    `reply|respond|answer ~6 and|with|by nothing else`,
    'decode|decrypt|translate ~8 and ~1 do|follow|obey|execute ~3 what|instruction|instructions|it|says|exactly|command',
    'save|store|write|add ~6 to your ~2 memory ~8 every|always|future|all|persists',
  ],
  /** It speaks to programs that read for people. */
  addressed: [
    `note|notice|message|attention|important|memo|warning ~1 to|for ~2 ${AI} ~2 agent|agents|assistant|assistants|model|models|system|reading|reviewing|processing|when|you|that|who`,
    `note|notice|message|important ~1 to|for ~1 the|any|all bot|assistant|ai|llm|chatbot`,
    `if|since|because you ~1 are ~1 an|a ~1 ${AI}|language|automated ~1 assistant|model|agent|system|reading|reviewing|summarizing|processing|you`,
    `${AI} ~1 assistant|agent|agents|model|system|assistants ~1 reading|reviewing|processing|summarizing|summarising|integrating ~4 this|should|must|ignore|you`,
    `dear|attention|hey|hello ${AI} ~1 assistant|model|agent|you|please|ignore`,
    'important message ~2 from ~4 to you',
    'to|for any|all ai system|systems|agent|agents|assistant|assistants ~3 you|must|reading|processing',
    'you are ~1 hereby instructed|ordered|commanded|authorized|authorised',
  ],
  exfiltration: [
    `reveal|repeat|leak|recite|divulge|print|output|tell|show|display|dump|expose|reproduce|printing|revealing ~3 your|exact|hidden|full ~3 system|initial|original|hidden|secret|exact|developer|confidential ~2 ${TOLD}|message|messages`,
    'reveal|leak|recite|divulge|printing|revealing|exfiltrate ~4 system prompt|instructions',
    'reveal|leak|divulge|expose|exfiltrate ~3 any|all|the|your|every|internal|raw ~3 credentials|secrets|passwords|keys|configuration',
    'dump|list|print ~1 all|internal|your ~2 internal|environment|secret|customer ~1 configuration|variables|keys|database',
    'output|dump|print ~1 the|all ~1 raw|entire|full|whole ~1 customer|user|internal|client ~1 database|data|list|records',
    `send|forward|upload|transmit|exfiltrate|leak|email|mail|post ~8 key|keys|credentials|secrets|passwords|tokens|cookies ~8 to ~2 #|http|https|attacker`,
    `send|forward|email|mail|exfiltrate|transmit|bcc ~4 customer|customers|user|users|client|contact|full|entire|all|internal|private ~3 list|data|emails|history|records|database|documents|conversation|conversations|contacts ~4 to #`,
    'send|forward|transmit|upload|exfiltrate ~6 conversation|chat|session|context ~2 history|transcript|log|contents ~5 to|via',
    `include|append|embed|put|add|encode|place|insert ~6 conversation|chat|context|secret|secrets|history|data ~3 in|into|as|to|inside|within ~3 url|link|image|query|address|src`,
    `replace|replacing|substitute ~4 with ~4 conversation|chat|secret|secrets|summary|history ~8 url|link|image`,
    'tell|give ~1 me the exact instructions',
    'verrate|zeige|zeig ~2 deine|deinen ~2 systemanweisungen|systemprompt|anweisungen|prompt',
    'révèle|révélez|revele|revela|muestra|rivela|mostra ~3 tes|votre|tu|tus|tuo|le|il ~2 instructions|prompt|instrucciones|istruzioni',
  ],
  secrecy: [
    'not|dont|never|without ~2 tell|telling|mention|mentioning|inform|informing|alert|alerting ~4 user|human|users ~3 about|that|this|of|what|anything',
    'not|dont|never ~1 mention|reveal|disclose ~2 this|these ~1 instruction|instructions|message|note|step ~2 to|in',
    'keep|hide|conceal ~2 this|these|it ~4 secret|hidden|from ~2 user|human|users',
  ],
} as const;

export type ResultReason = keyof typeof PHRASES;
export const RESULT_REASONS = Object.keys(PHRASES) as ResultReason[];
export const RESULT_PHRASES = new PhraseBook<ResultReason>(PHRASES);
