import { ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { expect, it } from 'vitest';
import { isUnavailable } from '../../src/temporal/unavailable.ts';

const grpc = (code: number, message: string) =>
  new ServiceError('Workflow Update failed', { cause: Object.assign(new Error(message), { code }) });

it.each([
  ['no answer in time', grpc(4, '4 DEADLINE_EXCEEDED'), true],
  ['no server', grpc(14, '14 UNAVAILABLE: connect ECONNREFUSED'), true],
  ['workers fail the draft’s task', grpc(9, '9 FAILED_PRECONDITION: … due to Workflow Task in failed state.'), true],
  ['a server that has not read its namespaces yet', new NamespaceNotFoundError('default'), true],
  ['another precondition', grpc(9, '9 FAILED_PRECONDITION: the workflow is closed'), false],
  ['no such workflow', new WorkflowNotFoundError('gone', 'draft-1', undefined), false],
  ['a refusal', grpc(3, '3 INVALID_ARGUMENT'), false],
])('%s', (_name, error, expected) => expect(isUnavailable(error)).toBe(expected));
