/** What the opt-out page says, in the recipients' languages. `{category}` and `{address}` are filled in. */
export interface Texts {
  title: string;
  intro: string;
  ask: string;
  address: string;
  category: string;
  everything: string;
  doneCategory: string;
  doneEverything: string;
  undo: string;
  undone: string;
  undoneInPart: string;
  notAmong: string;
  invalid: string;
  expired: string;
  help: string;
}

export const TEXTS: Record<'en' | 'de' | 'es', Texts> = {
  en: {
    title: 'Email preferences',
    intro: 'Choose what {address} should no longer get.',
    ask: 'Choose what you no longer want to get. Enter the address our email was sent to.',
    address: 'Your email address',
    category: 'Stop “{category}” emails',
    everything: 'Stop all emails',
    doneCategory: 'Done. {address} will get no more “{category}” emails.',
    doneEverything: 'Done. {address} will get no more emails from us.',
    undo: 'Undo',
    undone: 'Undone. {address} will get these emails again.',
    undoneInPart:
      'Undone. But {address} still gets no such emails: something else stops them, such as another choice or a reply. Reply to our email if you want them: a person will see to it.',
    notAmong: 'Our email was not sent to this address. Enter the one it arrived at.',
    invalid: 'This link is not valid.',
    expired: 'This link has expired.',
    help: 'Reply to our email and say that you want no more of it: a person will see to it.',
  },
  de: {
    title: 'E-Mail-Einstellungen',
    intro: 'Wählen Sie, was {address} nicht mehr erhalten soll.',
    ask: 'Wählen Sie, was Sie nicht mehr erhalten möchten. Geben Sie die Adresse an, an die unsere E-Mail ging.',
    address: 'Ihre E-Mail-Adresse',
    category: 'Keine E-Mails der Art „{category}“ mehr',
    everything: 'Gar keine E-Mails mehr',
    doneCategory: 'Erledigt. {address} erhält keine E-Mails der Art „{category}“ mehr.',
    doneEverything: 'Erledigt. {address} erhält keine E-Mails mehr von uns.',
    undo: 'Rückgängig machen',
    undone: 'Rückgängig gemacht. {address} erhält diese E-Mails wieder.',
    undoneInPart:
      'Rückgängig gemacht. Trotzdem erhält {address} noch keine solchen E-Mails: Etwas anderes steht dem entgegen, etwa eine andere Wahl oder eine Antwort. Antworten Sie auf unsere E-Mail, wenn Sie sie möchten: Ein Mensch kümmert sich darum.',
    notAmong: 'An diese Adresse ging unsere E-Mail nicht. Geben Sie die an, bei der sie ankam.',
    invalid: 'Dieser Link ist nicht gültig.',
    expired: 'Dieser Link ist abgelaufen.',
    help: 'Antworten Sie auf unsere E-Mail, dass Sie keine mehr möchten: Ein Mensch kümmert sich darum.',
  },
  es: {
    title: 'Preferencias de correo',
    intro: 'Elija qué no debe recibir más {address}.',
    ask: 'Elija qué no quiere recibir más. Escriba la dirección a la que enviamos nuestro correo.',
    address: 'Su dirección de correo',
    category: 'No recibir más correos de «{category}»',
    everything: 'No recibir más correos',
    doneCategory: 'Hecho. {address} no recibirá más correos de «{category}».',
    doneEverything: 'Hecho. {address} no recibirá más correos nuestros.',
    undo: 'Deshacer',
    undone: 'Deshecho. {address} volverá a recibir estos correos.',
    undoneInPart:
      'Deshecho. Pero {address} sigue sin recibir estos correos: algo más lo impide, como otra elección o una respuesta. Responda a nuestro correo si quiere recibirlos: una persona se ocupará de ello.',
    notAmong: 'Nuestro correo no se envió a esta dirección. Escriba aquella en la que lo recibió.',
    invalid: 'Este enlace no es válido.',
    expired: 'Este enlace ha caducado.',
    help: 'Responda a nuestro correo diciendo que no quiere recibir más: una persona se ocupará de ello.',
  },
};
export type PageLanguage = keyof typeof TEXTS;

const isLanguage = (text: string): text is PageLanguage => Object.hasOwn(TEXTS, text);

/** The language its reader is known to prefer, else the first of an Accept-Language header, that there are texts in. */
export function pageLanguage(preferred: string | null, accepted: string | undefined): PageLanguage {
  const wanted = [preferred ?? '', ...(accepted ?? '').split(',')].map((part) => part.trim().slice(0, 2).toLowerCase());
  return wanted.find(isLanguage) ?? 'en';
}
