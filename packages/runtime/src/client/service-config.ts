import { Code, codeName } from "../rpc/code.js";
import type { BalancerChoice } from "./balancer/balancer.js";
import { balancerNamed, chooseBalancer } from "./balancer/balancer-registry.js";
import {
  asObject,
  booleanAt,
  type ConfigObject,
  durationAt,
  integerAt,
  listAt,
  numberAt,
  own,
  ServiceConfigError,
  textAt,
} from "./config-json.js";
import type { HedgingPolicy, MethodConfig, RetryPolicy, RetryThrottling } from "./method-config.js";

/** A service config, read and checked (grpc/doc/service_config.md). */
export interface ServiceConfig {
  /** By path `/service/method`, by `/service/`, and for everything under the empty text. */
  readonly methods: ReadonlyMap<string, MethodConfig>;
  readonly balancer: BalancerChoice | undefined;
  readonly throttling: RetryThrottling | undefined;
  /** The service whose health is watched (gRFC A17); undefined for no health checks. */
  readonly healthService: string | undefined;
  /** gRFC A105; 1 unless given. */
  readonly maxConnectionsPerSubchannel: number;
}

/** The config of a service that has none. */
export const NO_SERVICE_CONFIG: ServiceConfig = {
  methods: new Map(),
  balancer: undefined,
  throttling: undefined,
  healthService: undefined,
  maxConnectionsPerSubchannel: 1,
};

/**
 * Reads a service config, as text or as the value of it. One mistake makes the whole of it invalid (gRFC A21).
 *
 * @param maxAttempts more attempts than these at a call are taken for as many
 * @throws ServiceConfigError that says where it is wrong
 */
export function parseServiceConfig(json: unknown, maxAttempts: number = DEFAULT_MAX_ATTEMPTS): ServiceConfig {
  const config = asObject(typeof json === "string" ? parseJson(json) : json, "serviceConfig");
  const methods = new Map<string, MethodConfig>();
  for (const [index, value] of listAt(config, "methodConfig", "serviceConfig").entries()) {
    addMethodConfig(methods, value, `methodConfig[${index}]`, maxAttempts);
  }
  const health = own(config, "healthCheckConfig");
  const scaling = own(config, "connectionScaling");
  return {
    methods,
    balancer: parseBalancer(config),
    throttling: parseThrottling(own(config, "retryThrottling")),
    healthService:
      health === undefined
        ? undefined
        : textAt(asObject(health, "healthCheckConfig"), "serviceName", "healthCheckConfig"),
    maxConnectionsPerSubchannel:
      scaling === undefined
        ? 1
        : (integerAt(
            asObject(scaling, "connectionScaling"),
            "maxConnectionsPerSubchannel",
            "connectionScaling",
            1,
            2 ** 32 - 1,
          ) ?? 1),
  };
}

/** What `config` says of the method at `path`; the most exact name wins. */
export function methodConfigOf(config: ServiceConfig, path: string): MethodConfig | undefined {
  const { methods } = config;
  if (methods.size === 0) return undefined;
  return methods.get(path) ?? methods.get(path.slice(0, path.lastIndexOf("/") + 1)) ?? methods.get("");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ServiceConfigError(`the service config is no JSON: ${(error as Error).message}`);
  }
}

function parseBalancer(config: ConfigObject): BalancerChoice | undefined {
  const list = own(config, "loadBalancingConfig");
  if (list !== undefined) return chooseBalancer(list, "loadBalancingConfig");
  const name = textAt(config, "loadBalancingPolicy", "serviceConfig");
  // The older field names its policies in any case.
  return name === undefined || name === "" ? undefined : balancerNamed(name.toLowerCase());
}

function parseThrottling(value: unknown): RetryThrottling | undefined {
  if (value === undefined) return undefined;
  const throttling = asObject(value, "retryThrottling");
  const maxTokens = integerAt(throttling, "maxTokens", "retryThrottling", 1, 1000);
  const ratio = numberAt(throttling, "tokenRatio", "retryThrottling", Number.MIN_VALUE);
  if (maxTokens === undefined || ratio === undefined) {
    throw new ServiceConfigError("retryThrottling must have maxTokens and tokenRatio");
  }
  // Places beyond the third are ignored; the hair on top is for 0.57, which is a little less in binary.
  return { maxTokens, tokenRatio: Math.floor(ratio * 1000 + 1e-9) / 1000 };
}

function addMethodConfig(methods: Map<string, MethodConfig>, value: unknown, where: string, maxAttempts: number): void {
  const object = asObject(value, where);
  const retry = own(object, "retryPolicy");
  const hedging = own(object, "hedgingPolicy");
  if (retry !== undefined && hedging !== undefined) {
    throw new ServiceConfigError(`${where} has both a retryPolicy and a hedgingPolicy`);
  }
  const config: MethodConfig = {
    timeoutMs: durationAt(object, "timeout", where),
    waitForReady: booleanAt(object, "waitForReady", where),
    maxRequestBytes: integerAt(object, "maxRequestMessageBytes", where, 0),
    maxResponseBytes: integerAt(object, "maxResponseMessageBytes", where, 0),
    retry: retry === undefined ? undefined : parseRetry(retry, `${where}.retryPolicy`, maxAttempts),
    hedging: hedging === undefined ? undefined : parseHedging(hedging, `${where}.hedgingPolicy`, maxAttempts),
  };
  for (const [index, name] of listAt(object, "name", where).entries()) {
    const path = pathOf(asObject(name, `${where}.name[${index}]`), `${where}.name[${index}]`);
    if (methods.has(path)) throw new ServiceConfigError(`${where}.name[${index}] was given before (${path || "all"})`);
    methods.set(path, config);
  }
}

function pathOf(name: ConfigObject, where: string): string {
  const service = textAt(name, "service", where) ?? "";
  const method = textAt(name, "method", where) ?? "";
  if (service === "" && method !== "") throw new ServiceConfigError(`${where} has a method without a service`);
  return service === "" ? "" : `/${service}/${method}`;
}

function parseRetry(value: unknown, where: string, maxAttempts: number): RetryPolicy {
  const policy = asObject(value, where);
  const codes = codesAt(policy, "retryableStatusCodes", where);
  const initialBackoffMs = positive(durationAt(policy, "initialBackoff", where), "initialBackoff", where);
  const maxBackoffMs = positive(durationAt(policy, "maxBackoff", where), "maxBackoff", where);
  const multiplier = positive(
    numberAt(policy, "backoffMultiplier", where, 0, Number.MAX_VALUE),
    "backoffMultiplier",
    where,
  );
  if (codes.size === 0) throw new ServiceConfigError(`${where}.retryableStatusCodes must name a code`);
  return {
    maxAttempts: maxAttemptsOf(policy, where, maxAttempts),
    initialBackoffMs,
    maxBackoffMs,
    backoffMultiplier: multiplier,
    codes,
  };
}

function parseHedging(value: unknown, where: string, maxAttempts: number): HedgingPolicy {
  const policy = asObject(value, where);
  return {
    maxAttempts: maxAttemptsOf(policy, where, maxAttempts),
    delayMs: durationAt(policy, "hedgingDelay", where) ?? 0,
    nonFatalCodes: codesAt(policy, "nonFatalStatusCodes", where),
  };
}

/** More than the client allows are taken for as many as it does (gRFC A6, "Limits on retries and hedges"). */
function maxAttemptsOf(policy: ConfigObject, where: string, limit: number): number {
  const most = integerAt(policy, "maxAttempts", where, 2);
  if (most === undefined) throw new ServiceConfigError(`${where} must have maxAttempts`);
  return Math.min(most, limit);
}

function positive(value: number | undefined, key: string, where: string): number {
  if (value === undefined || value <= 0) throw new ServiceConfigError(`${where}.${key} must be given, and more than 0`);
  return value;
}

/** Codes by number, or by name in any case. */
function codesAt(policy: ConfigObject, key: string, where: string): ReadonlySet<Code> {
  const codes = new Set<Code>();
  for (const value of listAt(policy, key, where)) {
    const code = Object.values(Code).find(
      (each) => each === value || (typeof value === "string" && codeName(each) === value.toUpperCase()),
    );
    if (code === undefined)
      throw new ServiceConfigError(`${where}.${key} has ${JSON.stringify(value)}, no status code`);
    codes.add(code);
  }
  return codes;
}

/** 5 (gRFC A6): a service config may come from the DNS. */
const DEFAULT_MAX_ATTEMPTS = 5;
