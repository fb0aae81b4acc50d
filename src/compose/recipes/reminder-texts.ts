import { type Language, SIGNATURE } from './shared.ts';

type Level = 1 | 2 | 3;
interface Texts {
  greeting: string;
  levels: Record<Level, { subject: string; body: string }>;
  /** Labels of the table with the payment's details. */
  labels: Record<
    'number' | 'issuedOn' | 'dueOn' | 'amount' | 'fee' | 'total' | 'accountName' | 'iban' | 'bic' | 'reference',
    string
  >;
  pay: string;
  closing: string;
}

const TEXTS: Record<Language, Texts> = {
  en: {
    greeting: 'Dear {{ reminder.customer }},',
    levels: {
      1: {
        subject: 'Payment reminder: invoice {{ reminder.number }}',
        body: `Our records show that we have not yet received your payment of **{{ reminder.amount }}** for invoice {{ reminder.number }}, which was due on {{ reminder.dueOn }}. It may simply have been overlooked{% if reminder.attached %}, so a copy of the invoice is attached{% endif %}.

{% if reminder.payBy %}Please transfer the amount by {{ reminder.payBy }}.{% else %}Please transfer the amount in the next few days.{% endif %} If your payment is already on its way, please disregard this message, and thank you.`,
      },
      2: {
        subject: 'Second reminder: invoice {{ reminder.number }} is overdue',
        body: `Despite our earlier reminder, we have not received your payment of **{{ reminder.amount }}** for invoice {{ reminder.number }}. It was due on {{ reminder.dueOn }}{% if reminder.overdueDays %} and is now {{ reminder.overdueDays }} {% if reminder.overdueDays == 1 %}day{% else %}days{% endif %} overdue{% endif %}.{% if reminder.attached %} A copy of the invoice is attached.{% endif %}

{% if reminder.payBy %}Please make sure that the amount reaches us by **{{ reminder.payBy }}**.{% else %}Please settle the amount without further delay.{% endif %} If there is a reason why you cannot pay now, reply to this email so that we can find a solution together.`,
      },
      3: {
        subject: 'Final notice: invoice {{ reminder.number }}',
        body: `We have reminded you of invoice {{ reminder.number }} more than once. Your payment of **{{ reminder.amount }}**, due on {{ reminder.dueOn }}, has still not reached us{% if reminder.overdueDays %}; it is {{ reminder.overdueDays }} {% if reminder.overdueDays == 1 %}day{% else %}days{% endif %} overdue{% endif %}.{% if reminder.attached %} A copy of the invoice is attached.{% endif %}

Please pay the full amount by **{{ reminder.payBy }}**. If it has not reached us by then, we will pass the claim on for collection without further notice, which will cause you additional costs.`,
      },
    },
    labels: {
      number: 'Invoice',
      issuedOn: 'Invoice date',
      dueOn: 'Due date',
      amount: 'Amount',
      fee: 'Late fee',
      total: 'Total due',
      accountName: 'Account holder',
      iban: 'IBAN',
      bic: 'BIC',
      reference: 'Payment reference',
    },
    pay: 'Pay online',
    closing: 'If you have any questions about this invoice, simply reply to this email.\n\nKind regards,',
  },
  de: {
    greeting: 'Guten Tag {{ reminder.customer }},',
    levels: {
      1: {
        subject: 'Zahlungserinnerung: Rechnung {{ reminder.number }}',
        body: `für unsere Rechnung {{ reminder.number }} über **{{ reminder.amount }}**, fällig am {{ reminder.dueOn }}, haben wir noch keinen Zahlungseingang feststellen können. Vielleicht ist sie Ihnen nur entgangen{% if reminder.attached %}; eine Kopie der Rechnung liegt bei{% endif %}.

{% if reminder.payBy %}Bitte überweisen Sie den Betrag bis zum {{ reminder.payBy }}.{% else %}Bitte überweisen Sie den Betrag in den nächsten Tagen.{% endif %} Sollte sich Ihre Zahlung mit dieser Nachricht überschnitten haben, betrachten Sie sie bitte als gegenstandslos. Vielen Dank!`,
      },
      2: {
        subject: 'Mahnung: Rechnung {{ reminder.number }} ist überfällig',
        body: `trotz unserer Zahlungserinnerung ist der Betrag von **{{ reminder.amount }}** zur Rechnung {{ reminder.number }} noch nicht bei uns eingegangen. Er war am {{ reminder.dueOn }} fällig{% if reminder.overdueDays %} und ist seit {{ reminder.overdueDays }} {% if reminder.overdueDays == 1 %}Tag{% else %}Tagen{% endif %} offen{% endif %}.{% if reminder.attached %} Eine Kopie der Rechnung liegt bei.{% endif %}

{% if reminder.payBy %}Bitte sorgen Sie dafür, dass der Betrag bis zum **{{ reminder.payBy }}** bei uns eingeht.{% else %}Bitte begleichen Sie den Betrag umgehend.{% endif %} Falls Sie derzeit nicht zahlen können, antworten Sie bitte auf diese E-Mail, damit wir gemeinsam eine Lösung finden.`,
      },
      3: {
        subject: 'Letzte Mahnung: Rechnung {{ reminder.number }}',
        body: `wir haben Sie bereits mehrfach an die Rechnung {{ reminder.number }} erinnert. Der am {{ reminder.dueOn }} fällige Betrag von **{{ reminder.amount }}** ist noch immer nicht eingegangen{% if reminder.overdueDays %} und seit {{ reminder.overdueDays }} {% if reminder.overdueDays == 1 %}Tag{% else %}Tagen{% endif %} überfällig{% endif %}.{% if reminder.attached %} Eine Kopie der Rechnung liegt bei.{% endif %}

Bitte überweisen Sie den vollen Betrag bis zum **{{ reminder.payBy }}**. Geht er bis dahin nicht ein, übergeben wir die Forderung ohne weitere Ankündigung an ein Inkassounternehmen. Dadurch entstehen Ihnen zusätzliche Kosten.`,
      },
    },
    labels: {
      number: 'Rechnung',
      issuedOn: 'Rechnungsdatum',
      dueOn: 'Fällig am',
      amount: 'Betrag',
      fee: 'Mahngebühr',
      total: 'Gesamtbetrag',
      accountName: 'Kontoinhaber',
      iban: 'IBAN',
      bic: 'BIC',
      reference: 'Verwendungszweck',
    },
    pay: 'Online bezahlen',
    closing: 'Bei Fragen zu dieser Rechnung antworten Sie einfach auf diese E-Mail.\n\nMit freundlichen Grüßen',
  },
  es: {
    greeting: 'Estimado/a {{ reminder.customer }}:',
    levels: {
      1: {
        subject: 'Recordatorio de pago: factura {{ reminder.number }}',
        body: `Según nuestros registros, todavía no hemos recibido el pago de **{{ reminder.amount }}** de la factura {{ reminder.number }}, que venció el {{ reminder.dueOn }}. Es posible que se haya pasado por alto{% if reminder.attached %}, por lo que adjuntamos una copia de la factura{% endif %}.

{% if reminder.payBy %}Le rogamos que realice la transferencia a más tardar el {{ reminder.payBy }}.{% else %}Le rogamos que realice la transferencia en los próximos días.{% endif %} Si ya ha efectuado el pago, no tenga en cuenta este mensaje. Muchas gracias.`,
      },
      2: {
        subject: 'Segundo recordatorio: factura {{ reminder.number }} vencida',
        body: `A pesar de nuestro recordatorio anterior, seguimos sin recibir el pago de **{{ reminder.amount }}** de la factura {{ reminder.number }}. Venció el {{ reminder.dueOn }}{% if reminder.overdueDays %}, hace {{ reminder.overdueDays }} {% if reminder.overdueDays == 1 %}día{% else %}días{% endif %}{% endif %}.{% if reminder.attached %} Adjuntamos una copia de la factura.{% endif %}

{% if reminder.payBy %}Le pedimos que el importe esté en nuestra cuenta a más tardar el **{{ reminder.payBy }}**.{% else %}Le pedimos que abone el importe a la mayor brevedad.{% endif %} Si no puede pagar en este momento, responda a este correo para que busquemos juntos una solución.`,
      },
      3: {
        subject: 'Último aviso: factura {{ reminder.number }}',
        body: `Le hemos recordado en varias ocasiones la factura {{ reminder.number }}. El importe de **{{ reminder.amount }}**, que venció el {{ reminder.dueOn }}, sigue pendiente de pago{% if reminder.overdueDays %} desde hace {{ reminder.overdueDays }} {% if reminder.overdueDays == 1 %}día{% else %}días{% endif %}{% endif %}.{% if reminder.attached %} Adjuntamos una copia de la factura.{% endif %}

Le rogamos que abone el importe total a más tardar el **{{ reminder.payBy }}**. De no recibirlo en ese plazo, iniciaremos la reclamación de la deuda sin más aviso, lo que le supondrá gastos adicionales.`,
      },
    },
    labels: {
      number: 'Factura',
      issuedOn: 'Fecha de emisión',
      dueOn: 'Vencimiento',
      amount: 'Importe',
      fee: 'Recargo por demora',
      total: 'Importe total',
      accountName: 'Titular de la cuenta',
      iban: 'IBAN',
      bic: 'BIC',
      reference: 'Concepto',
    },
    pay: 'Pagar en línea',
    closing: 'Si tiene alguna pregunta sobre esta factura, puede responder a este correo.\n\nAtentamente,',
  },
};

/** The template of one reminder; language and level are known when the draft is planned. */
export function reminderTemplate(language: Language, level: Level): { subject: string; body: string } {
  const texts = TEXTS[language];
  const { subject, body } = texts.levels[level];
  const greeting = `{% if reminder.salutation %}{{ reminder.salutation }}{% else %}${texts.greeting}{% endif %}`;
  const parts = [
    greeting,
    body,
    details(texts.labels),
    payLink(texts.pay),
    texts.closing,
    SIGNATURE('reminder.sender'),
  ];
  return { subject, body: parts.join('\n\n') };
}

/** A row for each detail that is known; the first is the table's head, which Markdown demands. */
function details(labels: Texts['labels']): string {
  const optional = (['issuedOn', 'dueOn', 'amount', 'fee', 'total', 'accountName', 'iban', 'bic', 'reference'] as const)
    .map((key) => `{%- if reminder.${key} %}\n| ${labels[key]} | {{ reminder.${key} }} |{% endif %}`)
    .join('\n');
  return `| ${labels.number} | {{ reminder.number }} |\n| --- | --- |\n${optional}`;
}

const payLink = (label: string) => `{% if reminder.payUrl %}[${label}]({{ reminder.payUrl }}){% endif %}`;
