import { type ReactElement, useEffect, useRef } from "react";
import uPlot from "uplot";
import { theme } from "../theme/theme.js";

/** One curve. */
export interface Curve {
  readonly label: string;
  /** The name of a colour of the theme, as `--accent`. */
  readonly color: `--${string}`;
  readonly values: readonly (number | null)[];
  /** Whether the ground below it is filled. */
  readonly fill?: boolean;
}

const HEIGHT = 220;

/** A chart over the seconds of a run, which grows while it goes on. What it shows is also in the table below it. */
export function LoadChart(props: {
  readonly label: string;
  /** For who cannot see it: what it comes to. */
  readonly summary: string;
  readonly seconds: readonly number[];
  readonly curves: readonly Curve[];
  readonly unit: string;
}): ReactElement {
  const { label, summary, seconds, curves, unit } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const data: uPlot.AlignedData = [[...seconds], ...curves.map(({ values }) => [...values])];
  const latest = useRef(data);
  latest.current = data;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the curves are the same throughout; their values are given below
  useEffect(() => {
    const element = box.current!;
    const make = (): void => {
      chart.current?.destroy();
      chart.current = new uPlot(optionsOf(element, curves, unit), latest.current, element);
    };
    make();
    const resized = new ResizeObserver(() => chart.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    // A canvas has the colours it was painted with.
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", make);
    const end = theme.subscribe(() => requestAnimationFrame(make));
    return () => {
      end();
      dark.removeEventListener("change", make);
      resized.disconnect();
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, []);

  useEffect(() => {
    chart.current?.setData(latest.current);
  });

  return (
    <figure className="chart">
      <figcaption>{label}</figcaption>
      <div ref={box} role="img" aria-label={`${label}: ${summary}`} className="chart-box" />
    </figure>
  );
}

function optionsOf(element: HTMLElement, curves: readonly Curve[], unit: string): uPlot.Options {
  const color = (name: string) => resolvedColor(element, name);
  const axis: uPlot.Axis = {
    stroke: color("--muted"),
    grid: { stroke: color("--line"), width: 1 },
    ticks: { stroke: color("--line"), width: 1 },
    font: "12px system-ui, sans-serif",
  };
  return {
    width: Math.max(120, element.clientWidth),
    height: HEIGHT,
    // Seconds of the run, no time of day.
    scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((each) => `${each} s`) },
      { ...axis, size: 64, values: (_, ticks) => ticks.map((each) => `${each.toLocaleString("en")}${unit}`) },
    ],
    series: [
      {
        label: "At",
        value: (plot, value, _, index) => {
          const shown = index === null ? plot.data[0].at(-1) : value;
          return shown === null || shown === undefined ? "–" : `${shown.toFixed(1)} s`;
        },
      },
      ...curves.map(({ label, color: name, fill }) => ({
        label,
        stroke: color(name),
        width: 2,
        ...(fill ? { fill: translucent(color(name)) } : {}),
        points: { show: false },
        // Without a pointer over it, the last value.
        value: (plot: uPlot, value: number | null, at: number, index: number | null) => {
          const shown = index === null ? plot.data[at]?.at(-1) : value;
          if (shown === null || shown === undefined) return "–";
          return `${shown.toLocaleString("en", { maximumFractionDigits: shown < 10 ? 2 : 0 })}${unit}`;
        },
      })),
    ],
    legend: { live: true },
    cursor: { y: false },
  };
}

/** What a colour of the theme is here: a canvas knows nothing of CSS variables. */
function resolvedColor(element: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function translucent(color: string): string {
  return color.replace(/^rgb\(([^)]*)\)$/, "rgba($1, 0.15)");
}
