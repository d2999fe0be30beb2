/** A value in an error message: short, of one line, and never evaluated (no `toString` of the caller's). */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value.length > 40 ? `${JSON.stringify(value.slice(0, 40))}…` : JSON.stringify(value);
    case "bigint": {
      const text = value.toString();
      return `${text.length > 40 ? `${text.slice(0, 40)}…` : text}n`;
    }
    case "number":
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      return value === null ? "null" : Array.isArray(value) ? "an array" : "an object";
    default:
      return `a ${typeof value}`;
  }
}
