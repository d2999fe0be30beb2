/**
 * "@hawser/validate": requests are checked against the `buf.validate` rules of their schema before a handler sees them.
 *
 * @module
 */
export { type ValidationOptions, validation } from "./validation.js";
