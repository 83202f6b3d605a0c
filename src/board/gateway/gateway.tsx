/** The state of the gateway: quotas, queue, lists and leader. The requests of this view make no call to AWS. */
import { useEffect } from 'preact/hooks';
import type { TaskListQuery } from '#gql';
import { Facts, FailureNotice, Instant, Loading, Notice } from '../parts/pieces.js';
import { useRequest } from '../parts/request.js';
import { durationText, now, useNow } from '../parts/time.js';
import { ENDPOINT } from '../session/config.js';
import { useSession } from '../session/session.js';
import { Delay, Lists } from './lists.js';
import { QuotaCard } from './quota-card.js';
import { Queue } from './queue.js';
import type { Status } from './status.js';

const REFRESH_MS = 5000;

const SCHEMA = new URL('schema.graphql', ENDPOINT);

const UPSTREAMS: Readonly<Record<string, string>> = {
  AWS: 'AWS',
  OTHER: "A service in AWS's place",
  SIMULATOR: 'The built-in simulator: nothing reaches AWS',
};

export default function Gateway() {
  const { data: status, failure: statusFailure, reload } = useRequest('GatewayStatus', NOTHING);
  const { data: queued, failure: queuedFailure, reload: reloadQueued } = useRequest('TaskList', FIRST_QUEUED);
  const failure = statusFailure ?? queuedFailure;
  useEffect(() => {
    const refresh = () => {
      if (document.visibilityState !== 'visible') return;
      reload();
      reloadQueued();
    };
    const timer = setInterval(refresh, REFRESH_MS);
    document.addEventListener('visibilitychange', refresh);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', refresh);
    };
  }, [reload, reloadQueued]);
  return (
    <>
      <div class="heading">
        <h1>Gateway</h1>
      </div>
      {failure !== null && (
        <FailureNotice
          failure={failure}
          what={
            status === null
              ? 'The status could not be read.'
              : 'The status could not be read again. This is the earlier one.'
          }
        />
      )}
      {status === null || queued === null ? (
        failure === null && <Loading lines={10} />
      ) : (
        <Shown status={status.partnerCentral} waiting={queued.tasks.nodes} />
      )}
    </>
  );
}

const NOTHING = {};
const FIRST_QUEUED = { first: 10, filter: { statuses: ['QUEUED' as const] } };

type ShownProps = { readonly status: Status; readonly waiting: TaskListQuery['tasks']['nodes'] };

function Shown({ status, waiting }: ShownProps) {
  return (
    <>
      {status.clockJump != null && (
        <Notice tone="warn" title="A clock was set.">
          <p>{status.clockJump}</p>
        </Notice>
      )}
      {status.eventsMissing != null && (
        <Notice tone="warn" title="Events do not come.">
          <p>{status.eventsMissing}</p>
        </Notice>
      )}
      <Summary status={status} />
      <div class="columns">
        <div>
          <QuotaCard title="Writes" about="Each start and each edit spends one." quota={status.writes} />
          <QuotaCard title="Reads" about="Following tasks and looking up records spend them." quota={status.reads} />
        </div>
        <div>
          <section class="card" aria-labelledby="service">
            <h2 id="service">Service</h2>
            <Service status={status} />
          </section>
          <section class="card" aria-labelledby="lists">
            <h2 id="lists">Following tasks</h2>
            <Lists status={status} />
          </section>
          <Queue status={status} tasks={waiting} />
        </div>
      </div>
    </>
  );
}

/** The answers that most people look for. */
function Summary({ status }: { readonly status: Status }) {
  return (
    <dl class="card figures">
      <div>
        <dt>Waiting</dt>
        <dd>{status.queuedCount.toLocaleString()}</dd>
      </div>
      <div>
        <dt>In progress</dt>
        <dd>{status.inProgressCount.toLocaleString()}</dd>
      </div>
      <div>
        <dt>Delay of news</dt>
        <dd>
          <Delay status={status} />
        </dd>
      </div>
      <div>
        <dt>Leader</dt>
        <dd>
          <Leader status={status} />
        </dd>
      </div>
    </dl>
  );
}

function Service({ status }: { readonly status: Status }) {
  const { config } = useSession();
  // A link cannot send the token that the file needs otherwise.
  const hasSchema = config.hasSchemaFile && config.auth === 'none';
  return (
    <Facts
      rows={[
        ['Upstream', UPSTREAMS[status.upstream] ?? status.upstream],
        ['Catalogs', status.catalogs.join(', ')],
        ['Version', config.version],
        ['Schema', hasSchema ? <a href={SCHEMA.href}>schema.graphql</a> : null],
      ]}
    />
  );
}

/** Only one gateway at a time sends starts and reads lists. */
function Leader({ status: { leader } }: { readonly status: Status }) {
  useNow(1000);
  if (leader == null) return <>none yet</>;
  return (
    <>
      {leader.isAnswering ? 'this gateway' : 'another gateway'}{' '}
      <small>
        for <Instant at={leader.since}>{durationText(now() - Date.parse(leader.since))}</Instant>
      </small>
    </>
  );
}
