/** The types of the google/protobuf files by the file, for those who forgot to import it. */
const TYPES: Readonly<Record<string, string>> = {
  "google/protobuf/any": "Any",
  "google/protobuf/duration": "Duration",
  "google/protobuf/empty": "Empty",
  "google/protobuf/field_mask": "FieldMask",
  "google/protobuf/struct": "Struct Value ListValue NullValue",
  "google/protobuf/timestamp": "Timestamp",
  "google/protobuf/wrappers":
    "DoubleValue FloatValue Int64Value UInt64Value Int32Value UInt32Value BoolValue StringValue BytesValue",
  "google/protobuf/descriptor":
    "FileOptions MessageOptions FieldOptions OneofOptions EnumOptions EnumValueOptions ServiceOptions MethodOptions ExtensionRangeOptions",
};

const FILE_OF: ReadonlyMap<string, string> = new Map([
  ...Object.entries(TYPES).flatMap(([file, names]) =>
    names.split(" ").map((name): [string, string] => [`google.protobuf.${name}`, `${file}.proto`]),
  ),
  ["google.api.http", "google/api/annotations.proto"],
  ["google.api.field_behavior", "google/api/field_behavior.proto"],
  ["google.api.resource", "google/api/resource.proto"],
  ["pb.cpp", "google/protobuf/cpp_features.proto"],
  ["pb.java", "google/protobuf/java_features.proto"],
  ["pb.go", "google/protobuf/go_features.proto"],
  ["pb.csharp", "google/protobuf/c_sharp_features.proto"],
]);

/** What to write for a well-known name that is not defined because its file is not imported, or lacks its package. */
export function wellKnownHelp(name: string): string | undefined {
  const fullName = name.startsWith(".") ? name.slice(1) : name;
  const file = FILE_OF.get(fullName);
  if (file !== undefined) return `add import "${file}";`;
  const qualified = `google.protobuf.${fullName}`;
  const qualifiedFile = FILE_OF.get(qualified);
  return qualifiedFile === undefined ? undefined : `write ${qualified} and add import "${qualifiedFile}";`;
}
