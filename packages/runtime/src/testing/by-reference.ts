import type { ByteWriter } from "../base/byte-writer.js";
import { create } from "../protobuf/codec/create.js";
import type { AnyMessageType, MethodType } from "../protobuf/type/service-type.js";
import type { ClientProtocol, ServerMethod } from "../rpc/exchange.js";

/**
 * Messages that go from one side to the other without being encoded: what is sent is a number, under which the other
 * side finds a copy. Whatever else comes, as the kept bytes of a call that may be retried, is decoded as usual.
 */
export class ByReference {
  readonly #messages = new Map<number, unknown>();
  readonly #methods = new WeakMap<MethodType, MethodType>();
  readonly #routes = new WeakMap<ServerMethod, ServerMethod>();
  #next = 1;

  /** The same protocol, with messages by reference. */
  protocol(protocol: ClientProtocol): ClientProtocol {
    return {
      requestFields: (target, encoding) => protocol.requestFields(target, encoding),
      open: (connection, fields, target, encoding, options, sink) =>
        protocol.open(connection, fields, { ...target, method: this.#method(target.method) }, encoding, options, sink),
    };
  }

  /** The same method of a server, with messages by reference. */
  route(found: ServerMethod): ServerMethod {
    let route = this.#routes.get(found);
    if (route === undefined) {
      route = { ...found, type: this.#method(found.type) };
      this.#routes.set(found, route);
    }
    return route;
  }

  #method(method: MethodType): MethodType {
    let made = this.#methods.get(method);
    if (made === undefined) {
      made = { ...method, input: this.#type(method.input), output: this.#type(method.output) };
      this.#methods.set(method, made);
    }
    return made;
  }

  #type(type: AnyMessageType): AnyMessageType {
    return {
      ...type,
      writeTo: (writer: ByteWriter, message: unknown) => {
        // Requests that a retry policy had encoded.
        if (message instanceof Uint8Array) {
          type.writeTo(writer, message);
          return;
        }
        const number = this.#next++;
        this.#messages.set(number, create(type, message as never));
        writer.reserve(MARK.length + 4);
        writer.buf.set(MARK, writer.pos);
        new DataView(writer.buf.buffer, writer.buf.byteOffset).setUint32(writer.pos + MARK.length, number);
        writer.pos += MARK.length + 4;
      },
      readFrom: (bytes: Uint8Array, start: number, end: number, owned?: boolean) => {
        if (end - start !== MARK.length + 4 || MARK.some((byte, i) => bytes[start + i] !== byte)) {
          return type.readFrom(bytes, start, end, owned as never);
        }
        const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(start + MARK.length);
        const message = this.#messages.get(number);
        this.#messages.delete(number);
        return message;
      },
    } as AnyMessageType;
  }
}

/** Begins with a tag that no message has: field number 0 (protobuf encoding, "Message Structure"). */
const MARK: Uint8Array = Uint8Array.of(0, 0x72, 0x65, 0x66);
