/** No bytes at all: the end of a body, an empty message. One for all, since nothing can be written into it. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);
