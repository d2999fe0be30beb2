import { Code } from "../../rpc/code.js";
import { type ConnectType, contentTypeOf, parseContentType } from "./content-type.js";

/** What is wrong with the content type of a successful response; undefined if it is what was asked for. */
export function contentTypeError(
  contentType: string,
  expected: ConnectType,
): { readonly code: Code; readonly message: string } | undefined {
  const type = parseContentType(contentType);
  if (type !== undefined && type.streams === expected.streams && type.codec === expected.codec) return undefined;
  return {
    // Another codec is a server's mistake; anything else is no server of this protocol at all.
    code: type !== undefined && type.streams === expected.streams ? Code.Internal : Code.Unknown,
    message: `the server answered with content type "${contentType}", not with "${contentTypeOf(expected)}"`,
  };
}
