import { describe, expect, it } from 'vitest';
import { stopRequest } from '../../src/domain/stop-request.ts';

const QUOTE =
  '\n\nOn Mon, 4 May 2026 at 10:00, Acme <news@acme.test> wrote:\n> Reply STOP to unsubscribe me from this.';

describe('a request to stop', () => {
  it.each([
    ['STOP', 'en'],
    ['Stop.', 'en'],
    [' unsubscribe ', 'en'],
    ['UNSUBSCRIBE!!!', 'en'],
    ['Hi,\nunsubscribe\nThanks', 'en'],
    [`Please unsubscribe me.${QUOTE}`, 'en'],
    ['Please remove me from your mailing list, thank you.', 'en'],
    ['Take me off this list', 'en'],
    ['Could you please stop emailing me? I never signed up.', 'en'],
    ['stop sending me these emails', 'en'],
    ['I don’t want to receive any more emails from you', 'en'],
    ['Do not contact me again.', 'en'],
    ['I would like to opt out', 'en'],
    ['Abmelden', 'de'],
    ['Bitte tragen Sie mich aus dem Verteiler aus.', 'de'],
    ['Bitte melden Sie mich vom Newsletter ab', 'de'],
    ['Ich möchte keine weiteren E-Mails mehr erhalten.', 'de'],
    ['Schreiben Sie mir nicht', null],
    ['Kontaktieren Sie mich bitte nicht mehr!', 'de'],
    ['baja', 'es'],
    ['Quiero darme de baja de esta lista', 'es'],
    ['No me envíen más correos', 'es'],
    ['Désabonnez-moi s’il vous plaît', 'fr'],
    ['Ne m’envoyez plus de messages', 'fr'],
    ['Je souhaite me désinscrire', 'fr'],
    ['Cancellatemi dalla lista', 'it'],
    ['Non desidero più ricevere queste email', 'it'],
    ['Não quero mais receber estes e-mails', 'pt'],
    ['Schrijf mij uit aub', 'nl'],
    ['Proszę o usunięcie z listy', 'pl'],
    ['Ta bort mig från listan', 'sv'],
    ['Отпишите меня, пожалуйста', 'ru'],
    ['配信停止', 'ja'],
    ['メールの配信を停止してください。', 'ja'],
    ['请取消订阅', 'zh'],
  ])('%j: %s', (text, language) => {
    const found = stopRequest({ subject: 'Re: Our offer', text });
    expect(found).toEqual(language === null ? null : { language, foundIn: 'text' });
  });

  it.each([
    [`Thanks, that works for me.${QUOTE}`],
    ['Sounds good.\n\n-- \nAnn\nTo unsubscribe me write to ann@example.com'],
    ['Danke!\n\nAm 04.05.2026 um 10:00 schrieb Acme <news@acme.test>:\n\nabmelden'],
    ['Merci\n\nLe lun. 4 mai 2026 à 10:00, Acme <\nnews@acme.test> a écrit :\n> désabonnez-moi'],
    ['ok\n\n-----Original Message-----\nFrom: x@y.z\nunsubscribe'],
    ['Please do not unsubscribe me, I like your newsletter'],
    ['How do users unsubscribe from your lists? We write a comparison.'],
    ['Can you stop by our office on Monday?'],
    ['We had to stop the machine. Please send the part.'],
    ['Please remove the second item from my order.'],
    ['Please stop the delivery to the old address'],
    ['The unsubscribe page of your site is broken.'],
    ['Bitte melden Sie sich bei mir.'],
    [''],
    [`${'A long newsletter about many things. '.repeat(30)} Please unsubscribe me.`],
  ])('is not in %j', (text) => {
    expect(stopRequest({ subject: 'Re: Reply STOP to unsubscribe', text })).toBeNull();
  });

  it.each([
    ['unsubscribe', 'en'],
    ['Unsubscribe me', 'en'],
    ['Abmeldung', 'de'],
    ['Re: unsubscribe', null],
    ['AW: Abmelden', null],
    ['Stop press: new prices', null],
  ])('in the subject %j: %s', (subject, language) => {
    const found = stopRequest({ subject, text: 'Sent from my phone' });
    expect(found).toEqual(language === null ? null : { language, foundIn: 'subject' });
  });

  it('takes no time over a hostile text', () => {
    const started = performance.now();
    for (const part of ['on ', 'am a ', 'ne m', 'do not want any more ', '>', 'mich aus ', 'my email '])
      stopRequest({ subject: part.repeat(20_000), text: part.repeat(200_000) });
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
