/**
 * A plot of calls by time. The canvas has a fixed height, so that nothing moves while numbers come. The numbers
 * themselves stand below it for keyboards and screen readers.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Quota } from './status.js';

type Steps = Quota['hour'];

type Props = {
  readonly title: string;
  readonly label: string;
  readonly steps: Steps;
  /** The calls of a step at which the quota of the day is spent exactly at its end. */
  readonly pace: number;
};

const HEIGHT = 132;
const AXIS_WIDTH = 46;
/** The least distance of two times on the axis. */
const TIME_SPACE = 76;
/** The plot shows the even pace once the calls come this near to it. */
const NEAR_PACE = 0.25;
const LEAST_TOP = 4;

export function BarPlot({ title, label, steps, pace }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const isDark = useDark();
  const showsPace = Math.max(...steps.map(({ count }) => count)) > pace * NEAR_PACE;

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const made = new uPlot(
      optionsFor(element, (index) => setPointed(index)),
      [[], [], []],
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
    // The colours are read when the plot is made.
  }, [isDark]);

  useEffect(() => {
    const times = steps.map(({ startsAt, endsAt }) => (Date.parse(startsAt) + Date.parse(endsAt)) / 2000);
    plot.current?.setData([times, steps.map(({ count }) => count), steps.map(() => (showsPace ? pace : null))]);
  }, [steps, pace, showsPace, isDark]);

  const sum = steps.reduce((total, { count }) => total + count, 0);
  const step = pointed === null ? undefined : steps[pointed];
  return (
    <figure class="plot">
      <figcaption>
        <span>{title}</span>
        <span class="muted">
          {step === undefined ? callsText(sum) : `${spanText(step)}: ${callsText(step.count)}`}
          {step === undefined && showsPace && ', dashed: even pace'}
        </span>
      </figcaption>
      <div ref={place} class="canvas" role="img" aria-label={`${label}: ${callsText(sum)} in all`} />
      <details>
        <summary>
          Numbers <span class="unseen">of the {label.toLowerCase()}</span>
        </summary>
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col" class="is-number">
                Calls
              </th>
            </tr>
          </thead>
          <tbody>
            {steps.map((each, index) => (
              <tr key={index}>
                <th scope="row">{spanText(each)}</th>
                <td class="is-number">{each.count.toLocaleString()}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function optionsFor(element: HTMLElement, point: (index: number | null) => void): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name);
  const axis: uPlot.Axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { range: (_plot, from, to) => widened(from, to) },
      y: { range: (_plot, _low, high) => [0, Math.max(LEAST_TOP, high * 1.1)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        space: TIME_SPACE,
        values: (_plot, splits) => splits.map((at) => clockText(at * 1000)),
      },
      {
        ...axis,
        size: AXIS_WIDTH,
        // A count is whole.
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000],
        values: (_plot, splits) => splits.map((count) => count.toLocaleString()),
      },
    ],
    series: [
      {},
      {
        fill: colour('--accent'),
        width: 0,
        points: { show: false },
        ...(uPlot.paths.bars === undefined ? {} : { paths: uPlot.paths.bars({ size: [0.72, 28], radius: 0.15 }) }),
      },
      { stroke: colour('--warn'), width: 1, dash: [5, 4], points: { show: false } },
    ],
    hooks: { setCursor: [({ cursor }) => point(cursor.idx ?? null)] },
  };
}

/** The first and the last bar stand half outside of the range of the times. */
function widened(from: number, to: number): [number, number] {
  const half = (to - from) / 60;
  return [from - half, to + half];
}

function useDark(): boolean {
  const query = matchMedia('(prefers-color-scheme: dark)');
  const [isDark, setDark] = useState(query.matches);
  useEffect(() => {
    const change = () => setDark(query.matches);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, [query]);
  return isDark;
}

function spanText({ startsAt, endsAt }: Steps[number]): string {
  return `${clockText(Date.parse(startsAt))} to ${clockText(Date.parse(endsAt))}`;
}

function clockText(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}

function callsText(count: number): string {
  return count === 1 ? '1 call' : `${count.toLocaleString()} calls`;
}
