import pc from "picocolors";

/** picocolors' functions; all of them give the text back as it is where colours are off. */
export type Colors = ReturnType<typeof pc.createColors>;

/**
 * The colours for what is written to a stream: on if it is a terminal, `NO_COLOR` is not set (no-color.org) and `TERM` is not
 * `dumb`, or if `FORCE_COLOR` is set.
 */
export function colorsFor(stream: { readonly isTTY?: boolean }): Colors {
  return pc.createColors(isColored(stream, process.env));
}

function isColored(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== "0") return true;
  return stream.isTTY === true && env.TERM !== "dumb";
}
