import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

export async function createInbox(baseUrl: string, address: string): Promise<void> {
  const [username, domain] = address.split('@');
  const response = await fetch(`${baseUrl}/v0/inboxes`, {
    method: 'POST',
    headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
    body: JSON.stringify({ username, domain }),
  });
  if (!response.ok) throw new Error(`inbox: ${response.status} ${await response.text()}`);
}

/** The code of a refused command. */
export async function refusalOf(command: Promise<unknown>): Promise<string> {
  try {
    await command;
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
      return error.cause.type ?? '';
    }
    throw error;
  }
  throw new Error('the command was not refused');
}
