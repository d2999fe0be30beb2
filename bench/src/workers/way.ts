/** How a server uses more than one core. */
export const WAYS = [
  "serve",
  "cluster, round robin",
  "cluster, shared socket",
  "threads, shared socket",
  "one process",
] as const;

export type Way = (typeof WAYS)[number];

/** Workers of each but the last. */
export const WORKERS = 2;
