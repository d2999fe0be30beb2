// Reads the FileDescriptorSets that protoc writes into the plain objects that the compiler returns, so that the two can
// be compared. The schema is the compiler's own descriptor of descriptor.proto.
import { compile } from "../dist/index.js";

const Type = { Double: 1, Int64: 3, Uint64: 4, Bool: 8, String: 9, Message: 11, Bytes: 12 };
const REPEATED = 3;

const messages = new Map();
const [descriptorFile] = compile({ files: ["google/protobuf/descriptor.proto"], read: () => undefined }).files;
for (const message of descriptorFile.messageType) collect(message, ".google.protobuf");

function collect(message, scope) {
  const name = `${scope}.${message.name}`;
  messages.set(name, message.field);
  for (const nested of message.nestedType) collect(nested, name);
}

/** The files of a FileDescriptorSet, in its order. */
export function readDescriptorSet(bytes) {
  return decode(".google.protobuf.FileDescriptorSet", bytes).file;
}

/** JSON in which 64-bit integers and bytes are text and what is absent or empty is left out. */
export function descriptorJson(file) {
  const replace = (_key, value) => {
    if (typeof value === "bigint") return value.toString();
    if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
    return Array.isArray(value) && value.length === 0 ? undefined : value;
  };
  return `${JSON.stringify(file, replace, 1)}\n`;
}

function decode(type, bytes) {
  const fields = messages.get(type);
  const message = {};
  for (const field of fields) message[field.jsonName] = field.label === REPEATED ? [] : undefined;
  const unknown = [];
  for (const record of records(bytes)) {
    const field = fields.find((candidate) => candidate.number === record.number);
    if (field === undefined) {
      unknown.push(record.raw);
      continue;
    }
    const isPacked = field.label === REPEATED && record.wireType === 2 && ![9, 11, 12].includes(field.type);
    const values = isPacked ? varints(record.value) : [record.value];
    for (const value of values) {
      const plain = convert(field, value);
      if (field.label === REPEATED) message[field.jsonName].push(plain);
      else message[field.jsonName] = plain;
    }
  }
  if (unknown.length > 0) message.$unknown = new Uint8Array(Buffer.concat(unknown));
  return message;
}

function convert(field, value) {
  switch (field.type) {
    case Type.Message:
      return decode(field.typeName, value);
    case Type.String:
      return Buffer.from(value).toString();
    case Type.Bytes:
      return new Uint8Array(value);
    case Type.Bool:
      return value !== 0n;
    case Type.Double:
      return Buffer.from(value).readDoubleLE();
    case Type.Int64:
      return BigInt.asIntN(64, value);
    case Type.Uint64:
      return value;
    default:
      return Number(BigInt.asIntN(64, value));
  }
}

function varints(bytes) {
  const values = [];
  for (let at = 0; at < bytes.length; ) {
    const [value, next] = varint(bytes, at);
    values.push(value);
    at = next;
  }
  return values;
}

function varint(bytes, start) {
  let value = 0n;
  let at = start;
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[at++];
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at];
  }
}

function* records(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const start = at;
    const [tag, afterTag] = varint(bytes, at);
    const [value, next] = content(bytes, afterTag, Number(tag & 7n));
    at = next;
    yield { number: Number(tag >> 3n), wireType: Number(tag & 7n), value, raw: bytes.subarray(start, at) };
  }
}

function content(bytes, at, wireType) {
  switch (wireType) {
    case 0:
      return varint(bytes, at);
    case 1:
      return [bytes.subarray(at, at + 8), at + 8];
    case 5:
      return [bytes.subarray(at, at + 4), at + 4];
    case 2: {
      const [size, from] = varint(bytes, at);
      return [bytes.subarray(from, from + Number(size)), from + Number(size)];
    }
    default: {
      let end = at;
      for (;;) {
        const [tag, next] = varint(bytes, end);
        if (Number(tag & 7n) === 4) return [bytes.subarray(at, end), next];
        end = content(bytes, next, Number(tag & 7n))[1];
      }
    }
  }
}
