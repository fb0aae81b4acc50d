import { z } from '@hono/zod-openapi';
import { cursorParam, instant, orNull, pageLimit, personSchema } from './common.ts';

const statusSchema = z.enum(['open', 'accepted', 'dismissed']);
export const proposalSchema = z
  .object({
    id: z.string(),
    address: z.string(),
    inbox: z.string(),
    messageId: z.string().openapi({ description: 'The message that asks to stop; read it in AgentMail.' }),
    threadId: z.string().nullable(),
    language: z.string(),
    foundIn: z.enum(['subject', 'text']),
    status: statusSchema,
    createdAt: instant,
    decidedBy: orNull(personSchema),
    decidedAt: orNull(instant),
  })
  .openapi('SuppressionProposal', { description: 'A received message that asks to get no more mail.' });
export type ProposalView = z.infer<typeof proposalSchema>;
export const listProposalsQuery = z.strictObject({
  status: statusSchema.optional(),
  limit: pageLimit,
  cursor: cursorParam,
});
export const proposalListSchema = z
  .object({ items: z.array(proposalSchema), nextCursor: z.string().nullable() })
  .openapi('SuppressionProposalList');
export type ProposalList = z.infer<typeof proposalListSchema>;
export const proposalParams = z.object({
  proposal: z
    .string()
    .min(1)
    .max(100)
    .openapi({ param: { name: 'proposal', in: 'path' } }),
});
