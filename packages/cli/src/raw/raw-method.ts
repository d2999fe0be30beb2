import type { AnyMessageType, MethodType } from "hawser/protobuf";

/** The method with messages that stay bytes: what is sent is sent as it is, what comes is handed on as a copy. */
export function rawMethod(method: MethodType): MethodType {
  return { ...method, input: rawType(method.input), output: rawType(method.output) };
}

type WriteTo = AnyMessageType["writeTo"];

function rawType(type: AnyMessageType): AnyMessageType {
  const writeTo: WriteTo = (writer, bytes: Uint8Array) => {
    writer.reserve(bytes.length);
    writer.buf.set(bytes, writer.pos);
    writer.pos += bytes.length;
  };
  return {
    ...type,
    writeTo,
    write: writeTo,
    readFrom: (bytes, start, end, owned) =>
      owned === true && start === 0 && end === bytes.length ? bytes : bytes.slice(start, end),
  };
}
