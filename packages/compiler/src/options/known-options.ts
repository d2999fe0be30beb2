/**
 * The messages of descriptor.proto that options are made of, as empty plain objects. What has a property here is set as
 * one; what has not (custom options, and fields that a newer descriptor.proto adds) goes into `$unknown` as bytes.
 */
import type {
  EnumOptions,
  EnumValueOptions,
  ExtensionRangeOptions,
  ExtensionRangeOptions_Declaration,
  FeatureSet,
  FieldOptions,
  FieldOptions_EditionDefault,
  FieldOptions_FeatureSupport,
  FileOptions,
  MessageOptions,
  MethodOptions,
  OneofOptions,
  ServiceOptions,
} from "hawser/wkt";

const FACTORIES: ReadonlyMap<string, () => object> = new Map<string, () => object>([
  [
    "google.protobuf.FileOptions",
    (): FileOptions => ({
      javaPackage: undefined,
      javaOuterClassname: undefined,
      javaMultipleFiles: undefined,
      javaGenerateEqualsAndHash: undefined,
      javaStringCheckUtf8: undefined,
      optimizeFor: undefined,
      goPackage: undefined,
      ccGenericServices: undefined,
      javaGenericServices: undefined,
      pyGenericServices: undefined,
      deprecated: undefined,
      ccEnableArenas: undefined,
      objcClassPrefix: undefined,
      csharpNamespace: undefined,
      swiftPrefix: undefined,
      phpClassPrefix: undefined,
      phpNamespace: undefined,
      phpMetadataNamespace: undefined,
      rubyPackage: undefined,
      features: undefined,
      uninterpretedOption: [],
    }),
  ],
  [
    "google.protobuf.MessageOptions",
    (): MessageOptions => ({
      messageSetWireFormat: undefined,
      noStandardDescriptorAccessor: undefined,
      deprecated: undefined,
      mapEntry: undefined,
      deprecatedLegacyJsonFieldConflicts: undefined,
      features: undefined,
      uninterpretedOption: [],
    }),
  ],
  [
    "google.protobuf.FieldOptions",
    (): FieldOptions => ({
      ctype: undefined,
      packed: undefined,
      jstype: undefined,
      lazy: undefined,
      unverifiedLazy: undefined,
      deprecated: undefined,
      weak: undefined,
      debugRedact: undefined,
      retention: undefined,
      targets: [],
      editionDefaults: [],
      features: undefined,
      featureSupport: undefined,
      uninterpretedOption: [],
    }),
  ],
  ["google.protobuf.OneofOptions", (): OneofOptions => ({ features: undefined, uninterpretedOption: [] })],
  [
    "google.protobuf.ExtensionRangeOptions",
    (): ExtensionRangeOptions => ({
      uninterpretedOption: [],
      declaration: [],
      features: undefined,
      verification: undefined,
    }),
  ],
  [
    "google.protobuf.EnumOptions",
    (): EnumOptions => ({
      allowAlias: undefined,
      deprecated: undefined,
      deprecatedLegacyJsonFieldConflicts: undefined,
      features: undefined,
      uninterpretedOption: [],
    }),
  ],
  [
    "google.protobuf.EnumValueOptions",
    (): EnumValueOptions => ({
      deprecated: undefined,
      features: undefined,
      debugRedact: undefined,
      featureSupport: undefined,
      uninterpretedOption: [],
    }),
  ],
  [
    "google.protobuf.ServiceOptions",
    (): ServiceOptions => ({ features: undefined, deprecated: undefined, uninterpretedOption: [] }),
  ],
  [
    "google.protobuf.MethodOptions",
    (): MethodOptions => ({
      deprecated: undefined,
      idempotencyLevel: undefined,
      features: undefined,
      uninterpretedOption: [],
    }),
  ],
  [
    "google.protobuf.FeatureSet",
    (): FeatureSet => ({
      fieldPresence: undefined,
      enumType: undefined,
      repeatedFieldEncoding: undefined,
      utf8Validation: undefined,
      messageEncoding: undefined,
      jsonFormat: undefined,
      enforceNamingStyle: undefined,
      defaultSymbolVisibility: undefined,
      enforceProtoLimits: undefined,
    }),
  ],
  [
    "google.protobuf.FieldOptions.EditionDefault",
    (): FieldOptions_EditionDefault => ({ edition: undefined, value: undefined }),
  ],
  [
    "google.protobuf.FieldOptions.FeatureSupport",
    (): FieldOptions_FeatureSupport => ({
      editionIntroduced: undefined,
      editionDeprecated: undefined,
      deprecationWarning: undefined,
      editionRemoved: undefined,
      removalError: undefined,
    }),
  ],
  [
    "google.protobuf.ExtensionRangeOptions.Declaration",
    (): ExtensionRangeOptions_Declaration => ({
      number: undefined,
      fullName: undefined,
      type: undefined,
      reserved: undefined,
      repeated: undefined,
    }),
  ],
]);

/** An options message under construction: properties by JSON name. */
export type PlainMessage = Record<string, unknown> & { $unknown?: Uint8Array };

/** An empty message of a type of descriptor.proto, or `undefined` if the type is not one that options are made of. */
export function newPlainMessage(fullName: string): PlainMessage | undefined {
  return FACTORIES.get(fullName)?.() as PlainMessage | undefined;
}
