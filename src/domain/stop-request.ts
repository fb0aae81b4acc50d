/** What somebody who wants no more mail wrote, as far as it can be told without guessing. */
export interface StopRequest {
  /** Language of the phrase, ISO 639-1. */
  language: string;
  foundIn: 'subject' | 'text';
}

/** The whole message, when it says no more than this. */
const WORDS: Record<string, readonly string[]> = {
  en: ['stop', 'stop please', 'please stop', 'unsubscribe', 'unsubscribe please', 'remove', 'remove me', 'opt out'],
  de: ['abmelden', 'abmeldung', 'abbestellen', 'austragen', 'stopp', 'bitte abmelden', 'newsletter abbestellen'],
  es: ['baja', 'darme de baja', 'cancelar suscripción', 'cancelar suscripcion', 'desuscribir', 'desuscribirme'],
  fr: ['désabonner', 'desabonner', 'désabonnement', 'désinscription', 'desinscription', 'désinscrire'],
  it: ['disiscrivimi', 'cancellami', 'disiscrizione', 'annulla iscrizione'],
  pt: ['descadastrar', 'descadastre', 'cancelar inscrição', 'cancelar inscricao', 'sair da lista'],
  nl: ['afmelden', 'uitschrijven', 'stoppen'],
  pl: ['wypisz', 'wypisz mnie', 'rezygnuję', 'rezygnacja'],
  sv: ['avregistrera', 'avsluta prenumeration', 'avprenumerera'],
  ru: ['отписаться', 'отпишите', 'отпишите меня', 'стоп'],
  ja: ['配信停止', '退会', '解除', '配信停止希望'],
  zh: ['退订', '退訂', '取消订阅', '取消訂閱'],
};

/** Phrases that ask for it in so many words, wherever in a short text. Letters are lower case. */
const PHRASES: Record<string, RegExp> = {
  en: /\b(unsubscribe (me|us|this (address|email))|(remove|take|delete) (me|us|my (email|e-mail|address)[a-z ]{0,15}) (from|off) |stop (e-?mailing|contacting|messaging|writing( to)?) (me|us)|stop sending (me |us )?((any |more |these |those |your )*(e-?mails?|messages?|newsletters?|spam))|(don't|do not|never) (e-?mail|contact|write( to)?|message) (me|us)( again| any ?more|$|[.!])|no more (e-?mails?|newsletters?)|opt (me|us) out|(want|like|wish) to (unsubscribe|opt out|be (removed|taken off))|(don't|do not) want (to (receive|get) )?(any |more |these |your )+(e-?mails?|newsletters?|messages?))/,
  de: /((mich|uns) (bitte )?(vom|von|aus) [^.!?]{0,40}(abmelden|austragen|streichen|löschen|entfernen)|(melden|tragen|nehmen|streichen|löschen|entfernen) sie (mich|uns) (bitte )?[^.!?]{0,40}\b(ab|aus|verteiler|liste)\b|keine (weiteren |weitere )?(e-?mails?|mails?|newsletter|werbung|nachrichten)( von ihnen)?( mehr)? (zusenden|senden|schicken|erhalten|bekommen)|(schreiben|kontaktieren) sie (mich|uns) (bitte )?nicht (mehr|wieder)|newsletter (bitte )?(abbestellen|kündigen))/,
  es: /(d[eé](n|me|nme)? de baja|(darme|darnos|dar) de baja|no (me|nos) (env[ií]en?|manden?|escriban?) (más|mas)|no (deseo|quiero) (recibir|seguir recibiendo)|elim[ií]n(e|en)(me|nos)|borren? mi (correo|email|dirección))/,
  fr: /(d[ée](sabonne[rz]?|sinscri(vez|re))[- ](moi|nous)|(me|nous) d[ée](sabonner|sinscrire)|ne (m'|me |nous )(envoyez|envoie|écrivez|contactez) plus|ne (plus|souhaite plus|veux plus) (recevoir|être contacté)|(retirez|supprimez|enlevez)[- ](moi|nous|mon adresse))/,
  it: /((cancellate|rimuovete|disiscrivete|togliete)(mi|ci)|non (mi |ci )?(inviate|mandate|scrivete)(mi|ci)? (più|piu)|non (voglio|desidero) (più |piu )?ricevere|annullare (la mia )?iscrizione)/,
  pt: /((remova|retire|descadastre|exclua)[- ]?(me|nos|meu (e-?mail|endereço))|não (quero|desejo) (mais )?receber|não (me )?(envie|mande|escreva)m? mais|cancelar (a )?(minha )?(inscrição|assinatura))/,
  nl: /(schrijf (mij|me|ons) uit|(mij|me|ons) (graag )?(uitschrijven|afmelden|verwijderen)|geen (e-?)?mails? meer|(haal|verwijder) (mij|me|ons) (van|uit))/,
  pl: /((proszę o|prosze o) (wypisanie|usunięcie|usuniecie)|(wypisz|wypiszcie|usuń|usun|usuńcie) (mnie|nas|mój|moj)|nie (chcę|chce|życzę|zycze) (sobie )?(otrzymywać|otrzymywac|dostawać|dostawac)|nie wysyłajcie)/,
  sv: /((avregistrera|ta bort) (mig|oss|min)|skicka inte (fler|mer)|inga fler (e-?)?(mejl|mail)|vill inte (få|ha) (fler|mer))/,
  ru: /(отпиш(ите|и) (меня|нас)|не (присылайте|пишите|отправляйте)( мне| нам)? больше|больше не (присылайте|пишите|отправляйте)|удалите (меня|мой адрес))/,
  ja: /(配信(を)?(停止|解除)|メール(を|は)?(送らないで|止めて|停止)|登録(を)?(解除|削除)|退会(したい|希望|します|させて))/,
  zh: /(取消(订阅|訂閱)|退订|退訂|不要再(发|發|给我发|給我發)|请勿再发|停止发送)/,
};

/** The opposite of a request. */
const NEGATED =
  /(don't|do not|never|please not) (unsubscribe|remove|opt)|nicht (abmelden|austragen)|(ne pas|ne me) (désabonner|désinscrire)|no (me )?(den|dar|des) de baja|(how|where|why) (do|can|did|does|would) (i|we|you|they|users?|people|one|customers?)\b/;

/** Longer letters mention such words in passing, and newsletters carry them in their footers. */
const SHORT = 600;
const QUOTED =
  /^(>|on .{5,200} wrote:|am .{5,200} schrieb|le .{5,200} a écrit|el .{5,200} escribió|il .{5,200} ha scritto|op .{5,200} schreef|em .{5,200} escreveu|w dniu .{5,200} pisze|-{2,}\s*(original|ursprüngliche|forwarded|message d'origine|mensaje original)|_{10,}$|(from|von|de|da|van|od|от):\s.*@)/i;

/** What the writer of a reply wrote: without what is quoted below it, or the signature. */
function ownText(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const end = lines.findIndex((line, i) => line === '-- ' || line === '--' || quotesFrom(line, lines[i + 1] ?? ''));
  return lines.slice(0, end === -1 ? undefined : end).join('\n');
}

/** Mail programs break the line that introduces a quote. */
const quotesFrom = (line: string, next: string) =>
  QUOTED.test(line.trim()) ||
  (/^(on|am|le|el|il|op|em|w dniu) /i.test(line.trim()) && QUOTED.test(`${line.trim()} ${next.trim()}`));

const plain = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’‘`´]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
const bare = (text: string) => plain(text).replace(/^[\s"'.,!?*_()-]+|[\s"'.,!?*_()-]+$/gu, '');

/**
 * Whether a received message asks to get no more mail. Only what its author wrote counts, and only where that is short;
 * a subject counts when it is the author's own, not a reply to ours. A person decides on what is found.
 */
export function stopRequest({ subject, text }: { subject: string; text: string }): StopRequest | null {
  const own = ownText(text);
  const ownSubject = /^\s*(re|aw|sv|vs|antw|odp|r|fwd?|wg|tr|rv|enc)\s*(\[\d+\])?\s*:/i.test(subject) ? '' : subject;
  const language = asksIn(own.slice(0, SHORT + 1));
  if (language !== null) return { language, foundIn: 'text' };
  const bySubject = asksIn(ownSubject);
  return bySubject === null ? null : { language: bySubject, foundIn: 'subject' };
}

function asksIn(text: string): string | null {
  if (text.length > SHORT) return null;
  // A greeting before and thanks after change nothing.
  const lines = text
    .split('\n')
    .map(bare)
    .filter((line) => line !== '');
  const whole = bare(text);
  const said = plain(text);
  if (NEGATED.test(said)) return null;
  for (const [language, words] of Object.entries(WORDS)) {
    if (words.includes(whole) || (lines.length <= 3 && lines.some((line) => words.includes(line)))) return language;
  }
  return Object.entries(PHRASES).find(([, phrase]) => phrase.test(said))?.[0] ?? null;
}
