import { type CheckConfig, DEFAULT_CHECK_CONFIG } from "../check/check-config.js";

/** What to check, and how; a `breaking` section of `buf.yaml`. */
export interface BreakingConfig extends CheckConfig {
  /** Whether packages such as `notes.v1beta1` may change as they like. */
  readonly ignoreUnstablePackages: boolean;
}

/** What applies without a `buf.yaml`: as a version 2 file that says nothing. */
export const DEFAULT_BREAKING_CONFIG: BreakingConfig = { ...DEFAULT_CHECK_CONFIG, ignoreUnstablePackages: false };
