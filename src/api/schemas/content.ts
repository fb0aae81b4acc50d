import { z } from '@hono/zod-openapi';
import { attachmentSchema, emailContentSchema } from '../../domain/content.ts';

const described = attachmentSchema.omit({ sha256: true, size: true });

/** An attachment with its bytes. */
export const newAttachmentSchema = z
  .strictObject({
    ...described.shape,
    contentBase64: z
      .string()
      .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'must be base64')
      .refine((value) => value.length % 4 === 0, 'must be padded base64'),
  })
  .openapi('NewAttachment');

/** An attachment an earlier revision of the same draft already has, named by its hash. */
export const keptAttachmentSchema = z
  .strictObject({ sha256: attachmentSchema.shape.sha256 })
  .openapi('KeptAttachment', { description: 'Keeps an attachment of the base revision, by its SHA-256.' });

const { attachments: _stored, ...bodyShape } = emailContentSchema.shape;

/** A whole email, as an agent proposes it. */
export const contentInputSchema = z
  .strictObject({ ...bodyShape, attachments: z.array(newAttachmentSchema).max(100).default([]) })
  .openapi('EmailContentInput');
export type ContentInput = z.input<typeof contentInputSchema>;
export type ParsedContentInput = z.infer<typeof contentInputSchema>;

/** Fields of a new revision; what is absent stays as it is in the base revision. */
export const contentChangesSchema = z
  .strictObject({
    to: emailContentSchema.shape.to.unwrap().optional(),
    cc: emailContentSchema.shape.cc.unwrap().optional(),
    bcc: emailContentSchema.shape.bcc.unwrap().optional(),
    replyTo: emailContentSchema.shape.replyTo.unwrap().optional(),
    subject: emailContentSchema.shape.subject.unwrap().optional(),
    text: emailContentSchema.shape.text.unwrap().optional(),
    html: emailContentSchema.shape.html.unwrap().optional(),
    attachments: z
      .array(z.union([keptAttachmentSchema, newAttachmentSchema]))
      .max(100)
      .optional()
      .openapi({ description: 'The whole list when given: kept ones by hash, new ones with their bytes.' }),
  })
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), 'must change something')
  .openapi('ContentChanges');
export type ContentChanges = z.input<typeof contentChangesSchema>;
export type ParsedContentChanges = z.infer<typeof contentChangesSchema>;

/** A stored attachment and where to download it. */
export const attachmentViewSchema = attachmentSchema
  .extend({ url: z.string().openapi({ description: 'Path of the download, below the API.' }) })
  .openapi('Attachment');

/** The content of one revision as readers see it. */
export const contentViewSchema = z
  .object({
    ...z.object(bodyShape).shape,
    attachments: z.array(attachmentViewSchema),
  })
  .openapi('EmailContent');
export type ContentView = z.infer<typeof contentViewSchema>;
