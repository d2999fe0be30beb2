/** The stream error codes of RFC 9113 §7 that calls end with; other HTTP versions and transports map them. */
export const NO_ERROR = 0x0;
export const INTERNAL_ERROR = 0x2;
export const CANCEL = 0x8;
