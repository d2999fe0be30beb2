import { connectionTarget } from "./connection-target.js";
import { framesTarget } from "./frames-target.js";
import { hpackTarget } from "./hpack-target.js";
import type { Target } from "./target.js";

/** What can be fuzzed, by name. */
export const TARGETS: Readonly<Record<string, Target>> = {
  frames: framesTarget,
  hpack: hpackTarget,
  server: connectionTarget("server"),
  client: connectionTarget("client"),
};
