import { type Command, Option } from 'commander';
import { z } from 'zod';
import type { User } from '../../client/index.ts';
import { PERSON_ROLES } from '../../domain/actor.ts';
import { type Context, contextOf, type Io } from '../context.ts';
import { UsageError } from '../exit.ts';
import { safe, safeJson, when } from '../text.ts';

const many = (value: string, before: string[] = []) => [...before, value];
const roles = z.array(z.enum(PERSON_ROLES));
const groups = z.array(z.string()).optional();
const inviteOptions = z.object({ name: z.string().optional(), role: roles.default(['auditor']), group: groups });
const changeOptions = z.object({
  name: z.string().optional(),
  role: roles.optional(),
  group: groups,
  disable: z.boolean().optional(),
  enable: z.boolean().optional(),
});

/** `users list|invite|change|log`. */
export function addUsers(program: Command, io: Io): void {
  const role = (more = '') =>
    new Option('--role <role>', `one of ${PERSON_ROLES.join(', ')}; may be repeated${more}`).argParser(many);
  const group = () => new Option('--group <group>', 'an approver group; may be repeated').argParser(many);
  const users = program.command('users').description('people with accounts');
  const list = users
    .command('list')
    .description('everybody with an account')
    .action(async () => {
      const { out, client } = contextOf(io, list);
      const answer = await client('operator').users.list();
      if (out.json) return out.value(answer);
      if (answer.items.length === 0)
        return out.note('Nobody has an account yet: people are invited at the desk, Settings, People.');
      const rows = safe(answer.items).map((user) => [
        ...[user.id, user.name, user.email, user.disabled ? 'disabled' : user.roles.join(' '), user.groups.join(' ')],
        user.lastSignInAt === null ? 'never' : when(user.lastSignInAt),
      ]);
      out.table(['id', 'name', 'email', 'roles', 'groups', 'signed in'], rows, ['name', 'email']);
    });
  const invite = users
    .command('invite')
    .argument('<email>')
    .option('--name <name>', 'what others see; the address when not given')
    .addOption(role('; auditor when not given'))
    .addOption(group())
    .description(
      'give an auditor an account, as an admin; mails the link for them, or prints it. Keys make nobody a reviewer, ' +
        'operator or admin: that is done at the desk, Settings, People',
    )
    .action(async (email: string) => {
      const { out, client } = contextOf(io, invite);
      const { name = email, role: given, group: named } = inviteOptions.parse(invite.opts());
      const made = await client('operator').users.invite({ email, name, roles: given, groups: named });
      if (out.json) return out.value(made);
      if (made.link === null) return out.note('The account is there; this server lets nobody sign in.');
      const { url, expiresAt } = made.link;
      const opens = `Opens once, until ${when(expiresAt)}, to choose a password.`;
      if (url === null) return out.note(`A link was mailed to ${safe(email)}. ${opens}`);
      out.line(url);
      out.note(`${opens} Give it to them and to nobody else. Another one is made at the desk: Settings, People.`);
    });
  const change = users
    .command('change')
    .argument('<id>', 'as it is listed')
    .option('--name <name>')
    .addOption(role())
    .addOption(group())
    .option('--disable', 'lock them out at once')
    .option('--enable', 'let them in again')
    .description(
      'change roles or groups (replacing those there were), or lock somebody out, as an admin. Reviewer, operator and ' +
        'admin are taken away here, and given at the desk',
    )
    .action(async (id: string) => {
      const context = contextOf(io, change);
      const { name, role: given, group: named, disable, enable } = changeOptions.parse(change.opts());
      if (disable && enable) throw new UsageError('Give one of --disable and --enable.');
      const changes = { name, roles: given, groups: named, disabled: disable ? true : enable ? false : undefined };
      if (Object.values(changes).every((value) => value === undefined)) {
        throw new UsageError('Say what to change: --name, --role, --group, --disable or --enable.');
      }
      showUser(context, await context.client('operator').users.change(id, changes));
    });
  const log = users
    .command('log')
    .option('--about <id>', 'only what is about this person, key, group or address')
    .option('--limit <count>', 'entries; 50 when not given')
    .description('sign-ins, and changes of what anybody may do; for admins and auditors')
    .action(async () => {
      const { out, client } = contextOf(io, log);
      const { about, limit } = z
        .object({ about: z.string().optional(), limit: z.coerce.number().optional() })
        .parse(log.opts());
      const answer = await client('operator').accountLog({ subject: about, limit });
      if (out.json) return out.value(answer);
      const rows = safe(answer.items).map((entry) => [
        ...[when(entry.at), entry.event, entry.actor?.name ?? '', entry.subject ?? '', entry.ip ?? ''],
        safeJson(entry.facts),
      ]);
      out.table(['at', 'what', 'by', 'about', 'from', 'facts'], rows, ['about', 'facts']);
    });
  addGroups(program, io);
}

function showUser({ out }: Context, user: User): void {
  const { name, email, roles, groups, disabled } = user;
  const state = disabled ? 'disabled' : roles.join(', ') || 'no roles';
  const within = groups.length > 0 ? `; in ${groups.join(', ')}` : '';
  if (out.json) out.value(user);
  else out.line(safe(`${name} (${email}): ${state}${within}.`));
}

/** `groups list|set|remove`. */
function addGroups(program: Command, io: Io): void {
  const groups = program.command('groups').description('approver groups');
  const list = groups
    .command('list')
    .description('all groups with the ids of their members')
    .action(async () => {
      const { out, client } = contextOf(io, list);
      const answer = await client('operator').groups.list();
      if (out.json) return out.value(answer);
      if (answer.items.length === 0) return out.note('There are no groups.');
      const rows = safe(answer.items).map(({ name, members }) => [name, members.join(' ')]);
      out.table(['name', 'members'], rows, ['members']);
    });
  const set = groups
    .command('set')
    .argument('<name>')
    .argument('[members...]', 'ids of people or of configured keys; they replace those there were')
    .description('make a group or replace its members, as an admin')
    .action(async (name: string, members: string[]) => {
      const { out, client } = contextOf(io, set);
      const group = await client('operator').groups.set(name, members);
      if (out.json) out.value(group);
      else out.line(`${safe(group.name)} has ${group.members.length} members.`);
    });
  const remove = groups
    .command('remove')
    .argument('<name>')
    .description('delete a group, as an admin')
    .action(async (name: string) => {
      const { out, client } = contextOf(io, remove);
      await client('operator').groups.remove(name);
      if (out.json) out.value({ name });
      else out.line(`There is no group ${safe(name)} any more.`);
    });
}
