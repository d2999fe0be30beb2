import type { HttpFields } from "../../rpc/http-types.js";

/**
 * The heads of all responses of one content type, by encoding: the same array always, so that its block is encoded
 * once. There are as many as there are encodings.
 */
export class ResponseFields {
  readonly #plain: HttpFields;
  readonly #compressed = new Map<string, HttpFields>();

  constructor(contentType: string) {
    this.#plain = [
      { name: ":status", value: "200" },
      { name: "content-type", value: contentType },
    ];
  }

  for(encoding: string | undefined): HttpFields {
    if (encoding === undefined) return this.#plain;
    let fields = this.#compressed.get(encoding);
    if (fields === undefined) {
      fields = [...this.#plain, { name: "grpc-encoding", value: encoding }];
      this.#compressed.set(encoding, fields);
    }
    return fields;
  }
}
