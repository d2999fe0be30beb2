/**
 * The messages of google/protobuf/descriptor.proto as plain objects, in the shape in which Hawser generates every
 * proto2 message: lower camel names, `undefined` for what is absent (the property itself is always there), arrays for
 * repeated fields, numbers for enums, `bigint` for 64-bit integers, and unknown fields as raw bytes in `$unknown`.
 */

/** Fields that a message's type does not name: the raw tag and value bytes of each, one after the other. */
interface Unknown {
  $unknown?: Uint8Array;
}

export interface FileDescriptorSet extends Unknown {
  file: FileDescriptorProto[];
}

export interface FileDescriptorProto extends Unknown {
  name: string | undefined;
  package: string | undefined;
  dependency: string[];
  publicDependency: number[];
  weakDependency: number[];
  optionDependency: string[];
  messageType: DescriptorProto[];
  enumType: EnumDescriptorProto[];
  service: ServiceDescriptorProto[];
  extension: FieldDescriptorProto[];
  options: FileOptions | undefined;
  sourceCodeInfo: SourceCodeInfo | undefined;
  syntax: string | undefined;
  edition: number | undefined;
}

export interface DescriptorProto extends Unknown {
  name: string | undefined;
  field: FieldDescriptorProto[];
  extension: FieldDescriptorProto[];
  nestedType: DescriptorProto[];
  enumType: EnumDescriptorProto[];
  extensionRange: DescriptorProto_ExtensionRange[];
  oneofDecl: OneofDescriptorProto[];
  options: MessageOptions | undefined;
  reservedRange: DescriptorProto_ReservedRange[];
  reservedName: string[];
  visibility: number | undefined;
}

export interface DescriptorProto_ExtensionRange extends Unknown {
  start: number | undefined;
  /** Exclusive. */
  end: number | undefined;
  options: ExtensionRangeOptions | undefined;
}

export interface DescriptorProto_ReservedRange extends Unknown {
  start: number | undefined;
  /** Exclusive. */
  end: number | undefined;
}

export interface ExtensionRangeOptions extends Unknown {
  uninterpretedOption: UninterpretedOption[];
  declaration: ExtensionRangeOptions_Declaration[];
  features: FeatureSet | undefined;
  verification: number | undefined;
}

export interface ExtensionRangeOptions_Declaration extends Unknown {
  number: number | undefined;
  fullName: string | undefined;
  type: string | undefined;
  reserved: boolean | undefined;
  repeated: boolean | undefined;
}

export interface FieldDescriptorProto extends Unknown {
  name: string | undefined;
  number: number | undefined;
  label: number | undefined;
  type: number | undefined;
  typeName: string | undefined;
  extendee: string | undefined;
  defaultValue: string | undefined;
  oneofIndex: number | undefined;
  jsonName: string | undefined;
  options: FieldOptions | undefined;
  proto3Optional: boolean | undefined;
}

export interface OneofDescriptorProto extends Unknown {
  name: string | undefined;
  options: OneofOptions | undefined;
}

export interface EnumDescriptorProto extends Unknown {
  name: string | undefined;
  value: EnumValueDescriptorProto[];
  options: EnumOptions | undefined;
  reservedRange: EnumDescriptorProto_EnumReservedRange[];
  reservedName: string[];
  visibility: number | undefined;
}

export interface EnumDescriptorProto_EnumReservedRange extends Unknown {
  start: number | undefined;
  /** Inclusive, unlike a message's. */
  end: number | undefined;
}

export interface EnumValueDescriptorProto extends Unknown {
  name: string | undefined;
  number: number | undefined;
  options: EnumValueOptions | undefined;
}

export interface ServiceDescriptorProto extends Unknown {
  name: string | undefined;
  method: MethodDescriptorProto[];
  options: ServiceOptions | undefined;
}

export interface MethodDescriptorProto extends Unknown {
  name: string | undefined;
  inputType: string | undefined;
  outputType: string | undefined;
  options: MethodOptions | undefined;
  clientStreaming: boolean | undefined;
  serverStreaming: boolean | undefined;
}

export interface FileOptions extends Unknown {
  javaPackage: string | undefined;
  javaOuterClassname: string | undefined;
  javaMultipleFiles: boolean | undefined;
  javaGenerateEqualsAndHash: boolean | undefined;
  javaStringCheckUtf8: boolean | undefined;
  optimizeFor: number | undefined;
  goPackage: string | undefined;
  ccGenericServices: boolean | undefined;
  javaGenericServices: boolean | undefined;
  pyGenericServices: boolean | undefined;
  deprecated: boolean | undefined;
  ccEnableArenas: boolean | undefined;
  objcClassPrefix: string | undefined;
  csharpNamespace: string | undefined;
  swiftPrefix: string | undefined;
  phpClassPrefix: string | undefined;
  phpNamespace: string | undefined;
  phpMetadataNamespace: string | undefined;
  rubyPackage: string | undefined;
  features: FeatureSet | undefined;
  uninterpretedOption: UninterpretedOption[];
}

export interface MessageOptions extends Unknown {
  messageSetWireFormat: boolean | undefined;
  noStandardDescriptorAccessor: boolean | undefined;
  deprecated: boolean | undefined;
  mapEntry: boolean | undefined;
  deprecatedLegacyJsonFieldConflicts: boolean | undefined;
  features: FeatureSet | undefined;
  uninterpretedOption: UninterpretedOption[];
}

export interface FieldOptions extends Unknown {
  ctype: number | undefined;
  packed: boolean | undefined;
  jstype: number | undefined;
  lazy: boolean | undefined;
  unverifiedLazy: boolean | undefined;
  deprecated: boolean | undefined;
  weak: boolean | undefined;
  debugRedact: boolean | undefined;
  retention: number | undefined;
  targets: number[];
  editionDefaults: FieldOptions_EditionDefault[];
  features: FeatureSet | undefined;
  featureSupport: FieldOptions_FeatureSupport | undefined;
  uninterpretedOption: UninterpretedOption[];
}

export interface FieldOptions_EditionDefault extends Unknown {
  edition: number | undefined;
  value: string | undefined;
}

export interface FieldOptions_FeatureSupport extends Unknown {
  editionIntroduced: number | undefined;
  editionDeprecated: number | undefined;
  deprecationWarning: string | undefined;
  editionRemoved: number | undefined;
  removalError: string | undefined;
}

export interface OneofOptions extends Unknown {
  features: FeatureSet | undefined;
  uninterpretedOption: UninterpretedOption[];
}

export interface EnumOptions extends Unknown {
  allowAlias: boolean | undefined;
  deprecated: boolean | undefined;
  deprecatedLegacyJsonFieldConflicts: boolean | undefined;
  features: FeatureSet | undefined;
  uninterpretedOption: UninterpretedOption[];
}

export interface EnumValueOptions extends Unknown {
  deprecated: boolean | undefined;
  features: FeatureSet | undefined;
  debugRedact: boolean | undefined;
  featureSupport: FieldOptions_FeatureSupport | undefined;
  uninterpretedOption: UninterpretedOption[];
}

export interface ServiceOptions extends Unknown {
  features: FeatureSet | undefined;
  deprecated: boolean | undefined;
  uninterpretedOption: UninterpretedOption[];
}

export interface MethodOptions extends Unknown {
  deprecated: boolean | undefined;
  idempotencyLevel: number | undefined;
  features: FeatureSet | undefined;
  uninterpretedOption: UninterpretedOption[];
}

/** Never present in what the compiler returns: every option is interpreted or is an error. */
export interface UninterpretedOption extends Unknown {
  name: UninterpretedOption_NamePart[];
  identifierValue: string | undefined;
  positiveIntValue: bigint | undefined;
  negativeIntValue: bigint | undefined;
  doubleValue: number | undefined;
  stringValue: Uint8Array | undefined;
  aggregateValue: string | undefined;
}

export interface UninterpretedOption_NamePart extends Unknown {
  namePart: string | undefined;
  isExtension: boolean | undefined;
}

export interface FeatureSet extends Unknown {
  fieldPresence: number | undefined;
  enumType: number | undefined;
  repeatedFieldEncoding: number | undefined;
  utf8Validation: number | undefined;
  messageEncoding: number | undefined;
  jsonFormat: number | undefined;
  enforceNamingStyle: number | undefined;
  defaultSymbolVisibility: number | undefined;
  enforceProtoLimits: number | undefined;
}

export interface SourceCodeInfo extends Unknown {
  location: SourceCodeInfo_Location[];
}

export interface SourceCodeInfo_Location extends Unknown {
  path: number[];
  /** Start line, start column, end line (left out when it is the start line), end column; all from 0, columns in bytes. */
  span: number[];
  leadingComments: string | undefined;
  trailingComments: string | undefined;
  leadingDetachedComments: string[];
}
