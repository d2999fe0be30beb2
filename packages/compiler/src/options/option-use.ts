import type { FieldOptions, FieldOptions_FeatureSupport, FieldOptions_OptionTargetType } from "hawser/wkt";
import { Edition, FieldType } from "../descriptor/constants.js";
import type { FieldDefinition, FileUnit, OptionsType } from "../link/definition.js";
import { enumValueNumbered } from "../link/enum-values.js";
import type { Node } from "../syntax/ast.js";
import { isMessageValue, type OptionValue } from "./option-value.js";

/** google.protobuf.FieldOptions.OptionTargetType of each options message. */
const TARGETS: Readonly<Record<OptionsType, { number: FieldOptions_OptionTargetType; name: string }>> = {
  FileOptions: { number: 1, name: "a file" },
  ExtensionRangeOptions: { number: 2, name: "an extension range" },
  MessageOptions: { number: 3, name: "a message" },
  FieldOptions: { number: 4, name: "a field" },
  OneofOptions: { number: 5, name: "a oneof" },
  EnumOptions: { number: 6, name: "an enum" },
  EnumValueOptions: { number: 7, name: "an enum value" },
  ServiceOptions: { number: 8, name: "a service" },
  MethodOptions: { number: 9, name: "a method" },
};

const EDITION_NAMES: ReadonlyMap<number, string> = new Map([
  [Edition.Proto2, "proto2"],
  [Edition.Proto3, "proto3"],
  [Edition.E2023, "2023"],
  [Edition.E2024, "2024"],
  [Edition.E2026, "2026"],
]);

/** An edition as its file would write it. */
export function editionName(edition: number): string {
  return EDITION_NAMES.get(edition) ?? String(edition);
}

/**
 * Checks that an option may be set on this kind of element (`targets` in descriptor.proto) and in this edition
 * (`feature_support`); so too everything inside its value.
 */
export function checkOptionUse(
  unit: FileUnit,
  type: OptionsType,
  path: readonly FieldDefinition[],
  value: OptionValue,
  node: Node,
): void {
  const use = new OptionUse(unit, type, node);
  for (const field of path) use.field(field);
  use.value(path.at(-1)!, value);
}

class OptionUse {
  readonly #unit: FileUnit;
  readonly #type: OptionsType;
  readonly #node: Node;

  constructor(unit: FileUnit, type: OptionsType, node: Node) {
    this.#unit = unit;
    this.#type = type;
    this.#node = node;
  }

  field(field: FieldDefinition): void {
    const options = field.proto.options as FieldOptions | undefined;
    if (options === undefined) return;
    const target = TARGETS[this.#type];
    if (options.targets.length > 0 && !options.targets.includes(target.number)) {
      this.#error("option-target", `the option "${field.name}" cannot be set on ${target.name}`);
    }
    if (options.featureSupport !== undefined) this.#support(options.featureSupport, field.fullName);
  }

  value(field: FieldDefinition, value: OptionValue): void {
    if (isMessageValue(value)) {
      for (const [inner, content] of value.fields) {
        this.field(inner);
        for (const item of Array.isArray(content) ? content : [content]) this.value(inner, item);
      }
    } else if (field.proto.type === FieldType.Enum) {
      const chosen = field.enumType === undefined ? undefined : enumValueNumbered(field.enumType, Number(value));
      const support = chosen?.proto.options?.featureSupport;
      if (support !== undefined) this.#support(support, chosen!.fullName);
    }
  }

  #support(support: FieldOptions_FeatureSupport, name: string): void {
    const { edition } = this.#unit;
    if (edition < (support.editionIntroduced ?? 0)) {
      const first = editionName(support.editionIntroduced!);
      this.#error(
        "option-edition",
        `"${name}" exists from edition ${first} on, this file is of ${editionName(edition)}`,
      );
    }
    if (support.editionRemoved !== undefined && edition >= support.editionRemoved) {
      const message = `"${name}" has been removed in edition ${editionName(support.editionRemoved)}`;
      this.#error("option-edition", message, support.removalError);
    } else if (support.editionDeprecated !== undefined && edition >= support.editionDeprecated) {
      const { starts, ends } = this.#unit.ast.tokens;
      this.#unit.report.warning(
        "option-deprecated",
        starts[this.#node.first]!,
        ends[this.#node.last]!,
        `"${name}" has been deprecated in edition ${editionName(support.editionDeprecated)}`,
        support.deprecationWarning,
      );
    }
  }

  #error(code: string, message: string, help?: string): void {
    const { starts, ends } = this.#unit.ast.tokens;
    this.#unit.report.error(code, starts[this.#node.first]!, ends[this.#node.last]!, message, help);
  }
}
