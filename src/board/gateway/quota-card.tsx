/** One quota of AWS: what is left of the day, and the calls of the last hour and of the last day. */
import { BarPlot } from './bar-plot.js';
import type { Quota } from './status.js';

type Props = { readonly title: string; readonly about: string; readonly quota: Quota };

const HOURS_A_DAY = 24;
const MINUTES_A_DAY = 24 * 60;

export function QuotaCard({ title, about, quota }: Props) {
  const { perDay, perSecond, remainingToday, availableNow, hour, day } = quota;
  const id = `quota-${title.toLowerCase()}`;
  const share = remainingToday / perDay;
  return (
    <section class="card quota" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p class="muted">{about}</p>
      <dl class="figures">
        <div>
          <dt>Left of 24 hours</dt>
          <dd>
            {remainingToday.toLocaleString()} <small>of {perDay.toLocaleString()}</small>
          </dd>
        </div>
        <div>
          <dt>Next call</dt>
          <dd>{availableNow >= 1 ? 'now' : remainingToday === 0 ? 'when the oldest expires' : 'in a moment'}</dd>
        </div>
        <div>
          <dt>Allowed</dt>
          <dd>
            {perSecond.toLocaleString()} <small>a second</small>
          </dd>
        </div>
      </dl>
      <meter
        class="left"
        min={0}
        max={1}
        low={0.1}
        high={0.3}
        optimum={1}
        value={share}
        aria-label={`${title} left of 24 hours`}
      >
        {Math.round(share * 100)} %
      </meter>
      <BarPlot
        title="Last hour, by minute"
        label={`${title} of the last hour by minute`}
        steps={hour}
        pace={perDay / MINUTES_A_DAY}
      />
      <BarPlot
        title="Last 24 hours, by hour"
        label={`${title} of the last 24 hours by hour`}
        steps={day}
        pace={perDay / HOURS_A_DAY}
      />
    </section>
  );
}
