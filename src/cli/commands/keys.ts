import { type Command, Option } from 'commander';
import { z } from 'zod';
import type { ApiKeyView, FreshApiKey } from '../../client/index.ts';
import { ROLES } from '../../domain/actor.ts';
import { type Context, contextOf, type Io } from '../context.ts';
import { safe, when } from '../text.ts';

const many = (value: string, before: string[] = []) => [...before, value];
const days = z.coerce.number('a whole number of days').int().min(1).optional();
const createOptions = z.object({
  role: z.array(z.enum(ROLES)).default(['agent']),
  inbox: z.array(z.string()).optional(),
  owner: z.union([z.string(), z.literal(false)]).optional(),
  days,
});
const rotateOptions = z.object({ grace: z.coerce.number('hours, such as 24').min(0).optional(), days });

/** `keys list|create|rotate|revoke`. */
export function addKeys(program: Command, io: Io): void {
  const group = program.command('keys').description('API keys');
  const list = group
    .command('list')
    .description('your own keys; all of them for admins and auditors')
    .action(async () => {
      const { out, client } = contextOf(io, list);
      const answer = await client('operator').keys.list();
      if (out.json) return out.value(answer);
      if (answer.items.length === 0)
        return out.note('There are no keys here; those of the configuration are not listed.');
      const rows = safe(answer.items).map((key) => [
        ...[key.id, key.name, key.roles.join(' '), key.inboxes?.join(' ') ?? 'all', key.state],
        key.lastUsedAt === null ? 'never' : when(key.lastUsedAt),
      ]);
      out.table(['id', 'name', 'roles', 'inboxes', 'state', 'last used'], rows, ['name', 'inboxes']);
    });
  const create = group
    .command('create')
    .argument('<name>', 'what people will see as the author')
    .addOption(new Option('--role <role>', 'agent when not given; may be repeated').argParser(many))
    .addOption(new Option('--inbox <inbox>', 'reach this inbox only; may be repeated').argParser(many))
    .option('--owner <person>', "whom an agent's key belongs to, who then cannot approve its drafts; else yourself")
    .option('--no-owner', 'it belongs to nobody: whoever makes it may also approve its drafts')
    .option('--days <days>', 'expires after this many days')
    .description('make a key for an agent, as an admin; the key is shown this once')
    .action(async (name: string) => {
      const context = contextOf(io, create);
      const { role, inbox, owner, days } = createOptions.parse(create.opts());
      const asked = { name, roles: role, inboxes: inbox, ownerId: owner === false ? null : owner, expiresInDays: days };
      showFresh(context, await context.client('operator').keys.create(asked));
    });
  const rotate = group
    .command('rotate')
    .argument('<id>', 'as it is listed')
    .option('--grace <hours>', 'how long the old key still works; 24 when not given')
    .option('--days <days>', 'the new key expires after this many days; else when the old one would')
    .description('replace a key; it stays the same agent')
    .action(async (id: string) => {
      const context = contextOf(io, rotate);
      const { grace, days } = rotateOptions.parse(rotate.opts());
      const asked = { ...(grace !== undefined && { graceHours: grace }), expiresInDays: days };
      showFresh(context, await context.client('operator').keys.rotate(id, asked));
    });
  const revoke = group
    .command('revoke')
    .argument('<id>', 'as it is listed')
    .description('make a key useless at once')
    .action(async (id: string) => {
      const { out, client } = contextOf(io, revoke);
      const key = await client('operator').keys.revoke(id);
      if (out.json) out.value(key);
      else out.line(`${described(key)} opens nothing any more.`);
    });
}

const described = (key: ApiKeyView) => safe(`${key.name} (${key.id})`);

/** The key alone on standard output, so that it can be piped to where it belongs. */
function showFresh({ out }: Context, fresh: FreshApiKey): void {
  const { apiKey, key } = fresh;
  if (out.json) {
    out.value(fresh);
    return;
  }
  out.line(key);
  out.note(`The key of ${described(apiKey)}; it is shown this once.`);
  if (apiKey.previousUntil !== null) out.note(`The key before it works until ${when(apiKey.previousUntil)}.`);
}
