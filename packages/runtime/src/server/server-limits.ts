/** 30 s, the time that Kubernetes gives a pod to end. Option `graceMs` of `shutdown`. */
export const DEFAULT_SHUTDOWN_GRACE_MS = 30_000;
