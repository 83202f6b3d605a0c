/**
 * Names every step of a gateway that a crash can precede or follow: write transactions, commits, reads, calls to AWS,
 * the lease. The wrappers call `reach` with the name of each step, and the caller decides what happens there.
 */
import type { KyselyPlugin, OperationNode } from 'kysely';
import type { Database } from '../../../src/db/database.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import { withPlugin } from '../database/transaction.js';

export type Reach = (step: string) => void;

export function stepThroughDatabase(db: Database, reach: Reach): Database {
  return {
    ...db,
    sql: db.sql.withPlugin(tellStatements(reach)),
    async write(work) {
      reach('before a write');
      const statements: string[] = [];
      const result = await db.write(async (tx) => {
        const done = await work(
          withPlugin(
            tx,
            tellStatements((step) => statements.push(step)),
          ),
        );
        reach(`before the commit of ${writesIn(statements)}`);
        return done;
      });
      reach(`after the commit of ${writesIn(statements)}`);
      return result;
    },
    async lease(name, signal) {
      reach('before the lease');
      const lease = await db.lease(name, signal);
      reach('after the lease');
      return lease;
    },
  };
}

export function stepThroughPartnerCentral(partnerCentral: PartnerCentral, reach: Reach): PartnerCentral {
  return {
    ...partnerCentral,
    async startTask(input, clientToken) {
      reach('before the Start at AWS');
      const result = await partnerCentral.startTask(input, clientToken);
      reach('after the Start at AWS');
      return result;
    },
    async listTasks(query) {
      reach('before the List at AWS');
      const result = await partnerCentral.listTasks(query);
      reach('after the List at AWS');
      return result;
    },
    async read(operation, query) {
      reach(`before ${operation.operation} at AWS`);
      const result = await partnerCentral.read(operation, query);
      reach(`after ${operation.operation} at AWS`);
      return result;
    },
    async write(operation, query) {
      reach(`before ${operation.operation} at AWS`);
      const result = await partnerCentral.write(operation, query);
      reach(`after ${operation.operation} at AWS`);
      return result;
    },
  };
}

/** The writes of a transaction, sorted and without its reads, which is enough to distinguish transactions. */
function writesIn(steps: readonly string[]): string {
  const writes = steps
    .filter((step) => /^before (insert|update|delete)/.test(step))
    .map((step) => step.replace(/^before | by .*/g, ''));
  return [...new Set(writes)].sort().join(', ') || 'nothing';
}

function tellStatements(tell: Reach): KyselyPlugin {
  const names = new WeakMap<object, string>();
  return {
    transformQuery({ node, queryId }) {
      const name = nameOf(node);
      names.set(queryId, name);
      tell(`before ${name}`);
      return node;
    },
    async transformResult({ result, queryId }) {
      tell(`after ${names.get(queryId) ?? 'a statement'}`);
      return result;
    },
  };
}

/** The name of a statement, for example `select tasks by id`. */
function nameOf(node: OperationNode): string {
  const verb = node.kind.replace('QueryNode', '').toLowerCase();
  const [table = 'something'] = namesIn(node, 'TableNode');
  const where = 'where' in node ? namesIn(node.where, 'ColumnNode') : new Set();
  return `${verb} ${table}${where.size === 0 ? '' : ` by ${[...where].join(', ')}`}`;
}

/** The identifiers below all nodes of a kind, in their order. */
function namesIn(node: unknown, kind: string, isInside = false): Set<string> {
  const names = new Set<string>();
  if (typeof node !== 'object' || node === null) return names;
  if (isInside && 'kind' in node && node.kind === 'IdentifierNode' && 'name' in node) names.add(String(node.name));
  const inside = isInside || ('kind' in node && node.kind === kind);
  for (const child of Object.values(node)) for (const name of namesIn(child, kind, inside)) names.add(name);
  return names;
}
