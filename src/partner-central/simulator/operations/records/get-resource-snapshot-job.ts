/** Shows the snapshot job with which a task shares an opportunity. The job exists once the task is complete. */
import { timestamp } from '../../protocol/aws-json.js';
import { arnOf, notFound } from '../../records/record-identifiers.js';
import type { Operation } from '../../protocol/operation.js';
import { completedAt } from '../../tasks/timeline.js';
import { CATALOG, JOB_ID, validated } from '../../protocol/validation.js';

/** The opportunity whose job has stopped. */
const STOPPED = 'O1000008';

export const getResourceSnapshotJob: Operation = {
  quota: 'read',
  answer(service, body) {
    const { catalog, id } = validated(body, (fields) => ({
      catalog: fields.string('Catalog', CATALOG),
      id: fields.string('ResourceSnapshotJobIdentifier', JOB_ID),
    }));
    const task = service.state.historyOf(catalog, id).tasks[0];
    const createdAt = task === undefined ? Infinity : completedAt(service, task);
    if (task === undefined || createdAt > service.clock.now()) throw notFound(id, catalog);
    const { OpportunityId = '', EngagementId } = task.ids;
    const isStopped = task.target === STOPPED;
    return {
      kind: 'answer',
      body: {
        Catalog: catalog,
        Id: id,
        Arn: arnOf('resource-snapshot-job', catalog, id),
        EngagementId,
        ResourceType: 'Opportunity',
        ResourceId: OpportunityId,
        ResourceArn: arnOf('opportunity', catalog, OpportunityId),
        ResourceSnapshotTemplateName: 'OpportunitySnapshot',
        CreatedAt: timestamp(createdAt),
        Status: isStopped ? 'Stopped' : 'Running',
        LastSuccessfulExecutionDate: timestamp(createdAt),
        LastFailure: isStopped
          ? 'The resource snapshot job role cannot be assumed: its trust policy was changed.'
          : null,
      },
    };
  },
};
