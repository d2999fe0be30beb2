import type { RpcError } from "hawser";
import * as googleRpc from "hawser/google-rpc";
import { type AnyMessageType, createRegistry, ProtobufError, type Registry } from "hawser/protobuf";
import { type Any, anyTypeName, unpackAnyFrom } from "hawser/wkt";
import type { Contract } from "../contract/contract.js";
import { messageJson } from "./message-text.js";

/** A detail of an error, as JSON: its type, and either what is in it or its bytes in base64. */
export type ShownDetail = { readonly type: string } & ({ readonly value: unknown } | { readonly base64: string });

/** The messages that details usually are (google.aip.dev/193). */
function standardDetails(): Registry {
  const types = Object.values(googleRpc).filter((each) => "typeName" in each && "fields" in each);
  return createRegistry(...(types as AnyMessageType[]));
}

/** What the server said beside code and message: of google.rpc's types, and of those that the contract has. */
export async function shownDetails(error: RpcError, contract: Contract): Promise<ShownDetail[]> {
  if (error.details.length === 0) return [];
  const standard = standardDetails();
  return Promise.all(error.details.map((detail) => shownDetail(detail, standard, contract)));
}

async function shownDetail(detail: Any, standard: Registry, contract: Contract): Promise<ShownDetail> {
  const type = anyTypeName(detail);
  const bytes = { type, base64: Buffer.from(detail.value).toString("base64") };
  try {
    const known = standard.message(type) !== undefined;
    // The server may be what is gone: then there is nobody to ask.
    const registry = known
      ? standard
      : await contract.find(type).then(
          (view) => view?.types,
          () => undefined,
        );
    const unpacked = registry === undefined ? undefined : unpackAnyFrom(registry, detail);
    const found = registry?.message(type);
    if (registry === undefined || unpacked === undefined || found === undefined) return bytes;
    return { type, value: messageJson(found, unpacked.message as object, false, registry) };
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    return bytes;
  }
}
