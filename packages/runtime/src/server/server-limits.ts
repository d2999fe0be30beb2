/** 4 MiB, as everywhere in gRPC: more than most messages, less than what hurts. Option `maxReceiveBytes`. */
export const DEFAULT_MAX_RECEIVE_BYTES: number = 4 * 1024 * 1024;

/** 30 s, the time that Kubernetes gives a pod to end. Option `graceMs` of `shutdown`. */
export const DEFAULT_SHUTDOWN_GRACE_MS = 30_000;
