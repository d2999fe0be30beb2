import { asObject, type ConfigObject, durationAt, integerAt, own } from "../config-json.js";
import type { BalancerChoice, ChooseBalancer } from "./balancer.js";

/** The configuration of `outlier_detection` (gRFC A50, "LB Policy Config"). */
export interface OutlierConfig {
  readonly intervalMs: number;
  readonly baseEjectionMs: number;
  readonly maxEjectionMs: number;
  /** Of all servers; one is put out whatever it says. */
  readonly maxEjectionPercent: number;
  readonly successRate: SuccessRateConfig | undefined;
  readonly failurePercentage: FailurePercentageConfig | undefined;
  readonly child: BalancerChoice;
}

/** What both algorithms need. */
export interface OutlierRules {
  /** How many outliers of a hundred are put out. */
  readonly enforcementPercentage: number;
  /** With fewer servers that had enough calls nothing is done. */
  readonly minimumHosts: number;
  /** Calls in an interval that are enough. */
  readonly requestVolume: number;
}

/** Out goes who succeeds less than others, by so many thousandths of the standard deviation. */
export interface SuccessRateConfig extends OutlierRules {
  readonly stdevFactor: number;
}

/** Out goes who fails more than so many calls of a hundred. */
export interface FailurePercentageConfig extends OutlierRules {
  readonly threshold: number;
}

/** @throws ServiceConfigError */
export function parseOutlierConfig(value: unknown, choose: ChooseBalancer): OutlierConfig {
  const config = asObject(value, NAME);
  const baseEjectionMs = durationAt(config, "baseEjectionTime", NAME) ?? 30_000;
  return {
    intervalMs: durationAt(config, "interval", NAME) ?? 10_000,
    baseEjectionMs,
    maxEjectionMs: durationAt(config, "maxEjectionTime", NAME) ?? Math.max(300_000, baseEjectionMs),
    maxEjectionPercent: percentAt(config, "maxEjectionPercent", NAME) ?? 10,
    successRate: parseSuccessRate(config),
    failurePercentage: parseFailurePercentage(config),
    child: choose(own(config, "childPolicy"), `${NAME}.childPolicy`),
  };
}

function parseSuccessRate(config: ConfigObject): SuccessRateConfig | undefined {
  const value = own(config, "successRateEjection");
  if (value === undefined) return undefined;
  const where = `${NAME}.successRateEjection`;
  const object = asObject(value, where);
  return {
    ...parseRules(object, where, 100),
    stdevFactor: integerAt(object, "stdevFactor", where, 0, UINT32) ?? 1_900,
  };
}

function parseFailurePercentage(config: ConfigObject): FailurePercentageConfig | undefined {
  const value = own(config, "failurePercentageEjection");
  if (value === undefined) return undefined;
  const where = `${NAME}.failurePercentageEjection`;
  const object = asObject(value, where);
  return { ...parseRules(object, where, 50), threshold: percentAt(object, "threshold", where) ?? 85 };
}

function parseRules(object: ConfigObject, where: string, defaultVolume: number): OutlierRules {
  return {
    enforcementPercentage: percentAt(object, "enforcementPercentage", where) ?? 100,
    minimumHosts: integerAt(object, "minimumHosts", where, 0, UINT32) ?? 5,
    requestVolume: integerAt(object, "requestVolume", where, 0, UINT32) ?? defaultVolume,
  };
}

function percentAt(object: ConfigObject, key: string, where: string): number | undefined {
  return integerAt(object, key, where, 0, 100);
}

const NAME = "outlier_detection_experimental";
const UINT32 = 2 ** 32 - 1;
