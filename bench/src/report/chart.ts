import { BarChart } from "echarts/charts";
import { GridComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { oursOf, type Result } from "../rounds.js";
import { formatNumber, sortRows } from "./table.js";

use([BarChart, GridComponent, TitleComponent, SVGRenderer]);

const width = 760;
const barHeight = 30;
const headHeight = 56;

// Read on a white page and on a dark one alike: the page's own colour is the background.
const textColor = "#808891";
const subjectColor = "#2f81f7";
const peerColor = "#8b949e";

/** A bar chart of a workload's first metric, best first, as SVG text. */
export function chartOf({ workload, rows }: Result): string {
  const metric = workload.metrics[0]!;
  // ECharts draws the first category at the bottom.
  const sorted = sortRows(rows, metric).reverse();
  const height = headHeight + barHeight * sorted.length + 10;
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: "system-ui, sans-serif" },
    title: {
      left: 0,
      text: workload.title,
      subtext: `${metric.label}, ${metric.better} is better`,
      textStyle: { color: textColor, fontSize: 15 },
      subtextStyle: { color: textColor, fontSize: 12 },
      itemGap: 4,
    },
    grid: { left: 180, right: 90, top: headHeight, bottom: 10 },
    xAxis: { type: "value", show: false },
    yAxis: {
      type: "category",
      data: sorted.map(({ title }) => title),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: textColor, fontSize: 13 },
    },
    series: [
      {
        type: "bar",
        barWidth: 18,
        label: {
          show: true,
          position: "right",
          color: textColor,
          formatter: ({ value }: { value: unknown }) => formatNumber(Number(value), metric.decimals),
        },
        data: sorted.map(({ name, metrics }) => ({
          value: metrics[metric.key]?.median ?? 0,
          itemStyle: { color: name === oursOf(workload) ? subjectColor : peerColor },
        })),
      },
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
