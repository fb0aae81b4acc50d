import type { CreateDraft } from '../../src/api/schemas/index.ts';

type Sample = Omit<CreateDraft, 'inbox'> & { from: 'support' | 'billing' };

const DAY_MS = 86_400_000;
const paragraphs = (...texts: string[]) => texts.map((text) => `<p>${text}</p>`).join('\n');

const REFUND_HTML = `<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td>
${paragraphs(
  'Dear Ana,',
  'Thank you for sending the photos. The lamp of order <strong>4821</strong> arrived with a broken shade; that is our carrier’s fault, and we are sorry for it.',
  'We refunded <strong>€40.00</strong> to the card you paid with. Your bank usually shows it within three working days.',
)}
<table role="presentation" cellpadding="10" cellspacing="0" style="background:#f3f5f9;border-radius:8px;margin:16px 0">
<tr><td style="color:#5a6270">Order</td><td>4821</td></tr>
<tr><td style="color:#5a6270">Refund</td><td>€40.00 of €129.00</td></tr>
<tr><td style="color:#5a6270">Reference</td><td>RF-2291-A</td></tr>
</table>
${paragraphs(
  'You need not send the lamp back. If you would like a new shade instead, choose it here and we ship it free of charge: <a href="https://click.acme-news.example/c/4821-parts">shop.acme.example/orders/4821</a>',
  'Best regards,<br>Jonas Weber<br><span style="color:#5a6270">Acme Support</span>',
)}
</td></tr></table>`;

const REFUND_TEXT = `Dear Ana,

Thank you for sending the photos. The lamp of order 4821 arrived with a broken shade; that is our carrier's fault, and we are sorry for it.

We refunded €40.00 to the card you paid with. Your bank usually shows it within three working days.

Order      4821
Refund     €40.00 of €129.00
Reference  RF-2291-A

You need not send the lamp back. If you would like a new shade instead, choose one in the list of parts and we ship it free of charge:
https://shop.acme.example/orders/4821/parts

Best regards,
Jonas Weber
Acme Support
`;

const PDF = Buffer.from(`%PDF-1.4\n${'% Invoice 2026-1188, Beck GmbH\n'.repeat(1_400)}%%EOF\n`).toString('base64');

/** Drafts as agents of a small shop would write them, oldest first. */
export const SAMPLES: Sample[] = [
  {
    from: 'support',
    content: {
      to: ['Joan Ellis <joan@ellis.example>'],
      subject: 'Your return arrived',
      text: 'Hello Joan,\n\nyour return arrived this morning and is complete. Thank you for packing it so well.\n\nBest,\nJonas\n',
    },
  },
  {
    from: 'support',
    content: {
      to: ['Nora Lind <nora@lind.example>'],
      subject: 'Your warranty claim is accepted',
      text: 'Hello Nora,\n\nthe new transformer leaves our warehouse on Monday. Keep the old one; we do not need it back.\n\nBest,\nJonas\n',
    },
    schedule: { kind: 'window', timeZone: 'Europe/Stockholm', days: ['mon'], from: '09:00', to: '12:00' },
  },
  {
    from: 'support',
    content: {
      to: ['Priya Nair <priya.nair@northwind.example>'],
      subject: 'Your question about bulk prices',
      text: 'Hello Priya,\n\nfrom 50 lamps on we give 12 %, from 200 on 18 %. Delivery to Rotterdam takes six working days.\n\nShall I send you a quote for 80 pieces?\n\nKind regards,\nJonas Weber\nAcme Support\n',
    },
  },
  {
    from: 'billing',
    content: {
      to: ['Beck GmbH <buchhaltung@beck.example>'],
      cc: ['einkauf@beck.example'],
      subject: 'Zweite Erinnerung: Rechnung 2026-1188',
      text: 'Sehr geehrte Damen und Herren,\n\nunsere Rechnung 2026-1188 vom 3. Oktober über 1.284,60 € ist noch offen. Bitte überweisen Sie den Betrag bis zum 4. Dezember.\n\nSollten Sie inzwischen gezahlt haben, betrachten Sie dieses Schreiben als gegenstandslos.\n\nMit freundlichen Grüßen\nAcme Buchhaltung\n',
      attachments: [{ filename: 'Rechnung-2026-1188.pdf', contentType: 'application/pdf', contentBase64: PDF }],
    },
    schedule: {
      kind: 'window',
      timeZone: 'America/New_York',
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
      from: '09:00',
      to: '17:00',
    },
  },
  {
    from: 'support',
    content: {
      to: ['Tom Okafor <tom@okafor.example>'],
      subject: 'Re: Delivery on Saturday',
      text: 'Hi Tom,\n\nyes, the carrier delivers on Saturday between 9 and 12. You get a text message half an hour before.\n\nBest,\nJonas\n',
    },
    schedule: { kind: 'held' },
  },
  {
    from: 'support',
    content: {
      to: ['Lucía Fernández <lucia@fernandez.example>'],
      subject: 'Su pedido 4790 sale mañana',
      text: 'Hola, Lucía:\n\nSu pedido 4790 sale mañana por la mañana y llega el jueves. Puede seguirlo aquí:\nhttps://shop.acme.example/track/4790\n\nUn saludo,\nAcme\n',
    },
  },
  {
    from: 'billing',
    content: {
      to: ['Sam Lee <sam.lee@example.com>'],
      subject: 'Your subscription renews on 1 December',
      text: 'Hello {{first_name}},\n\nyour plan renews on 1 December for €96.00. You can change or end it until then in your account.\n\nAcme Billing\n',
    },
  },
  {
    from: 'support',
    content: {
      to: ['Ana Ruiz <ana.ruiz@example.org>'],
      subject: 'Refund for order 4821',
      text: REFUND_TEXT,
      html: REFUND_HTML,
      attachments: [{ filename: 'refund-RF-2291-A.pdf', contentType: 'application/pdf', contentBase64: PDF }],
    },
    schedule: { kind: 'at', at: new Date(Date.now() + 2 * DAY_MS).toISOString() },
    holdMs: 30_000,
  },
];
