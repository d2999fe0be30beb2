import type { MethodType } from "hawser/protobuf";

/** The method as an attribute, `pkg.Service/Method`; "other" for one that the server does not have (gRFC A66). */
export function methodAttribute(
  path: string,
  method: MethodType | undefined,
  recordUnregistered: ((method: string) => boolean) | undefined,
): string {
  const name = path.slice(1);
  return method !== undefined || recordUnregistered?.(name) === true ? name : "other";
}
