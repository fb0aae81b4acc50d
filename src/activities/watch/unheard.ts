import type { Check, WatchDeps } from './check.ts';

const PREFIX = 'unheard:';

/** Drafts whose people did not decide in time, and that went to a group of which nobody can be told. */
export const unheard: Check = async ({ deps }) => {
  const { store, alerts } = deps;
  const escalations = await store.escalations();
  const reached = escalations.length === 0 ? new Set<string>() : await groupsReached(deps);
  const silent = escalations.filter(({ group }) => !reached.has(group));
  for (const { group, drafts, draftId } of silent) {
    await alerts.raise({
      ...{ key: `${PREFIX}${group}`, kind: 'escalation_unheard', severity: 'critical', draftId },
      title: 'Drafts wait too long, and nobody of the group they went to can be told.',
      facts: { group, drafts },
    });
  }
  const still = new Set(silent.map(({ group }) => `${PREFIX}${group}`));
  for (const key of await store.openAlertKeys(PREFIX)) if (!still.has(key)) await alerts.resolve(key);
  return { looked: escalations.length, found: silent.length };
};

/** Groups with somebody who may review and wants to be told in a way that is set up here. */
async function groupsReached({ store, reviewChannels = {} }: WatchDeps): Promise<ReadonlySet<string>> {
  const [users, wants] = await Promise.all([store.listUsers(), store.listNotifications()]);
  const told = new Set(
    wants.flatMap(({ personId, email, slackUserId }) => {
      const byMail = email && reviewChannels.email !== undefined;
      const bySlack = slackUserId !== null && reviewChannels.slack !== undefined;
      return byMail || bySlack ? [personId] : [];
    }),
  );
  const able = users.filter(({ userId, roles, disabledAtMs }) => {
    return disabledAtMs === null && roles.includes('reviewer') && told.has(userId);
  });
  return new Set(able.flatMap(({ groups }) => groups));
}
