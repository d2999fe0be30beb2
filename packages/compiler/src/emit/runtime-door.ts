/** The files whose code comes with the runtime, by the door that has it. */
const DOORS: readonly (readonly [door: string, prefix: string, names: string])[] = [
  [
    "hawser/wkt",
    "google/protobuf/",
    "any api compiler/plugin descriptor duration empty field_mask source_context struct timestamp type wrappers",
  ],
  ["hawser/google-api", "google/api/", "annotations field_behavior http httpbody"],
  ["hawser/google-rpc", "google/rpc/", "error_details status"],
];

const DOOR_OF: ReadonlyMap<string, string> = new Map(
  DOORS.flatMap(([door, prefix, names]) => names.split(" ").map((name) => [`${prefix}${name}.proto`, door] as const)),
);

/**
 * Where the code of a file comes from that is not generated: `hawser/wkt` for `google/protobuf/any.proto`. Undefined if the
 * runtime does not have it.
 */
export function runtimeDoor(fileName: string): string | undefined {
  return DOOR_OF.get(fileName);
}
