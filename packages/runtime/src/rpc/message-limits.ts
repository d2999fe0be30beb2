/** 4 MiB, as everywhere in gRPC: more than most messages, less than what hurts. Option `maxReceiveBytes`. */
export const DEFAULT_MAX_RECEIVE_BYTES: number = 4 * 1024 * 1024;
