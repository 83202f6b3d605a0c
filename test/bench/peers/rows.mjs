/** The rows that the peers' resolvers read: the tasks of the bench in this process, or the gateway's own tables. */
import pg from 'pg';
import { TASK_COUNT, finishedTask, rowOf } from '../../../dist/test/bench/fixture.js';

export function rowsInMemory() {
  const newestFirst = Array.from({ length: TASK_COUNT }, (_, index) => rowOf(finishedTask(index))).reverse();
  const byId = new Map(newestFirst.map((row) => [row.id, row]));
  return { find: (id) => byId.get(id), newest: (first) => newestFirst.slice(0, first) };
}

const COLUMNS = 'id, kind, catalog, identifier, client_token, status, input, answer, created_at, updated_at';

export function rowsInDatabase(connectionString) {
  const pool = new pg.Pool({ connectionString });
  return {
    async find(id) {
      const { rows } = await pool.query(`select ${COLUMNS} from tasks where id = $1`, [id]);
      return rows.length === 0 ? null : taskOf(rows[0]);
    },
    async newest(first) {
      const { rows } = await pool.query(`select ${COLUMNS} from tasks order by position desc limit $1`, [first]);
      return rows.map(taskOf);
    },
  };
}

function taskOf(row) {
  const { startedAt, ...answer } = JSON.parse(row.answer);
  return {
    __typename: 'EngagementFromOpportunityTask',
    id: row.id,
    kind: row.kind,
    catalog: row.catalog,
    identifier: row.identifier,
    clientToken: row.client_token,
    status: row.status,
    isTerminal: row.status === 'COMPLETE' || row.status === 'FAILED' || row.status === 'REJECTED',
    ...answer,
    startTime: startedAt === null ? null : new Date(startedAt),
    failure: null,
    tags: JSON.parse(row.input).tags,
    createdAt: new Date(Number(row.created_at)),
    updatedAt: new Date(Number(row.updated_at)),
  };
}
