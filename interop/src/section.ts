/** What a part of the run has to say. */
export interface Section {
  readonly title: string;
  /** Markdown for docs/interop.md: what was found, nothing that differs from run to run. */
  readonly markdown: string;
  readonly passed: number;
  /** What went wrong, a line each. */
  readonly failed: readonly string[];
  /** What this machine lacks, with the reason. */
  readonly missing: readonly string[];
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** A table for a terminal. */
export function plainTable(markdown: string): string {
  const blocks = markdown.split("\n\n");
  return blocks
    .map((block) => {
      const lines = block.split("\n");
      if (!lines.every((line) => line.startsWith("| "))) return block;
      const rows = lines.filter((_, i) => i !== 1).map((line) => line.slice(2, -2).split(" | "));
      const widths = (rows[0] as string[]).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
      return rows
        .map((row) =>
          row
            .map((each, i) => each.padEnd(widths[i] as number))
            .join("  ")
            .trimEnd(),
        )
        .join("\n");
    })
    .join("\n\n");
}
