import type { FailurePercentageConfig, OutlierConfig, OutlierRules, SuccessRateConfig } from "./outlier-config.js";

/** A server, as the algorithms see it. */
export interface OutlierCandidate {
  /** In the interval that is looked at. */
  readonly successes: number;
  readonly failures: number;
  readonly ejected: boolean;
}

/**
 * Calls `eject` for the servers that are to be put out, by the algorithms that are configured (gRFC A50, "Success Rate
 * Algorithm", "Failure Percentage Algorithm").
 *
 * @param random from 0 up to 1
 */
export function findOutliers<T extends OutlierCandidate>(
  servers: readonly T[],
  config: OutlierConfig,
  random: () => number,
  eject: (server: T) => void,
): void {
  const judge = (rules: OutlierRules, isOutlier: (rate: number) => boolean): void => {
    for (const server of servers) {
      const out = servers.filter(({ ejected }) => ejected).length;
      // One at least: none out is 0 % of any number.
      if ((out / servers.length) * 100 >= config.maxEjectionPercent && out > 0) return;
      if (server.ejected || volumeOf(server) < Math.max(1, rules.requestVolume)) continue;
      if (isOutlier(successRateOf(server)) && Math.floor(random() * 100) < rules.enforcementPercentage) eject(server);
    }
  };
  if (config.successRate !== undefined) bySuccessRate(servers, config.successRate, judge);
  if (config.failurePercentage !== undefined) byFailurePercentage(servers, config.failurePercentage, judge);
}

type Judge = (rules: OutlierRules, isOutlier: (successRate: number) => boolean) => void;

function bySuccessRate(servers: readonly OutlierCandidate[], config: SuccessRateConfig, judge: Judge): void {
  const rates = busy(servers, config).map(successRateOf);
  if (rates.length < config.minimumHosts || rates.length === 0) return;
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
  const least = mean - Math.sqrt(variance) * (config.stdevFactor / 1_000);
  judge(config, (rate) => rate < least);
}

function byFailurePercentage(
  servers: readonly OutlierCandidate[],
  config: FailurePercentageConfig,
  judge: Judge,
): void {
  if (busy(servers, config).length < config.minimumHosts) return;
  judge(config, (rate) => (1 - rate) * 100 > config.threshold);
}

function busy(servers: readonly OutlierCandidate[], { requestVolume }: OutlierRules): OutlierCandidate[] {
  return servers.filter((server) => volumeOf(server) >= Math.max(1, requestVolume));
}

function volumeOf({ successes, failures }: OutlierCandidate): number {
  return successes + failures;
}

function successRateOf(server: OutlierCandidate): number {
  return server.successes / volumeOf(server);
}
