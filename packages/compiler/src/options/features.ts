/**
 * Resolves the features of editions ("Feature Settings for Editions"): what the edition sets by default, overridden by
 * the file, overridden by each element for itself and what is inside it. proto2 and proto3 are editions whose features
 * cannot be set, but follow from older syntax.
 */

import type { FeatureSet, FieldOptions } from "hawser/wkt";
import {
  Edition,
  EnumFeature,
  FieldPresence,
  FieldType,
  JsonFormat,
  Label,
  MessageEncoding,
  NamingStyle,
  ProtoLimits,
  RepeatedEncoding,
  SymbolVisibilityDefault,
  Utf8Validation,
} from "../descriptor/constants.js";
import type { EnumDefinition, Features, FieldDefinition, FileUnit, MessageDefinition } from "../link/definition.js";

const PROTO2: Features = {
  fieldPresence: FieldPresence.Explicit,
  enumType: EnumFeature.Closed,
  repeatedFieldEncoding: RepeatedEncoding.Expanded,
  utf8Validation: Utf8Validation.None,
  messageEncoding: MessageEncoding.LengthPrefixed,
  jsonFormat: JsonFormat.LegacyBestEffort,
  enforceNamingStyle: NamingStyle.Legacy,
  defaultSymbolVisibility: SymbolVisibilityDefault.ExportAll,
  enforceProtoLimits: ProtoLimits.None,
};

const PROTO3: Features = {
  ...PROTO2,
  fieldPresence: FieldPresence.Implicit,
  enumType: EnumFeature.Open,
  repeatedFieldEncoding: RepeatedEncoding.Packed,
  utf8Validation: Utf8Validation.Verify,
  jsonFormat: JsonFormat.Allow,
};

const EDITION_2023: Features = { ...PROTO3, fieldPresence: FieldPresence.Explicit };

const EDITION_2024: Features = {
  ...EDITION_2023,
  enforceNamingStyle: NamingStyle.Style2024,
  defaultSymbolVisibility: SymbolVisibilityDefault.ExportTopLevel,
};

const EDITION_2026: Features = {
  ...EDITION_2024,
  enforceNamingStyle: NamingStyle.Style2026,
  defaultSymbolVisibility: SymbolVisibilityDefault.Strict,
  enforceProtoLimits: ProtoLimits.Limits2026,
};

/** The features that an edition sets (the `edition_defaults` of google.protobuf.FeatureSet's fields). */
export function defaultFeatures(edition: number): Features {
  if (edition >= Edition.E2026) return EDITION_2026;
  if (edition >= Edition.E2024) return EDITION_2024;
  if (edition >= Edition.E2023) return EDITION_2023;
  return edition === Edition.Proto3 ? PROTO3 : PROTO2;
}

/** Resolves the features of everything in a file whose plain options have been interpreted. */
export function resolveFeatures(unit: FileUnit): void {
  unit.features = merge(defaultFeatures(unit.edition), unit.proto.options?.features);
  for (const message of unit.messages) resolveMessage(message, unit.features);
  for (const definition of unit.enums) resolveEnum(definition, unit.features);
  for (const extension of unit.extensions) resolveField(extension, unit.features);
  for (const service of unit.services) {
    service.features = merge(unit.features, service.proto.options?.features);
    for (const method of service.methods) {
      method.features = merge(service.features, method.proto.options?.features);
    }
  }
}

function resolveMessage(message: MessageDefinition, parent: Features): void {
  const features = merge(parent, message.proto.options?.features);
  message.features = features;
  for (const oneof of message.oneofs) oneof.features = merge(features, oneof.proto.options?.features);
  for (const field of message.fields) resolveField(field, field.oneof?.features ?? features);
  for (const extension of message.extensions) resolveField(extension, features);
  for (const [i, range] of message.extensionRanges.entries()) {
    range.features = merge(features, message.proto.extensionRange[i]!.options?.features);
  }
  for (const definition of message.enums) resolveEnum(definition, features);
  for (const nested of message.messages) resolveMessage(nested, features);
}

function resolveEnum(definition: EnumDefinition, parent: Features): void {
  definition.features = merge(parent, definition.proto.options?.features);
  for (const value of definition.values) {
    value.features = merge(definition.features, value.proto.options?.features);
  }
}

function resolveField(field: FieldDefinition, parent: Features): void {
  const options = field.proto.options as FieldOptions | undefined;
  let features = merge(parent, options?.features);
  if (field.file.edition < Edition.E2023) features = inferLegacy(field, options, features);
  field.features = features;
}

/** What labels, groups and `packed` mean in terms of features. */
function inferLegacy(field: FieldDefinition, options: FieldOptions | undefined, parent: Features): Features {
  let features = parent;
  if (field.proto.label === Label.Required) {
    features = { ...features, fieldPresence: FieldPresence.LegacyRequired };
  }
  if (field.proto.type === FieldType.Group) features = { ...features, messageEncoding: MessageEncoding.Delimited };
  if (options?.packed !== undefined) {
    const encoding = options.packed ? RepeatedEncoding.Packed : RepeatedEncoding.Expanded;
    features = { ...features, repeatedFieldEncoding: encoding };
  }
  return features;
}

function merge(parent: Features, own: FeatureSet | undefined): Features {
  if (own === undefined) return parent;
  return {
    fieldPresence: own.fieldPresence ?? parent.fieldPresence,
    enumType: own.enumType ?? parent.enumType,
    repeatedFieldEncoding: own.repeatedFieldEncoding ?? parent.repeatedFieldEncoding,
    utf8Validation: own.utf8Validation ?? parent.utf8Validation,
    messageEncoding: own.messageEncoding ?? parent.messageEncoding,
    jsonFormat: own.jsonFormat ?? parent.jsonFormat,
    enforceNamingStyle: own.enforceNamingStyle ?? parent.enforceNamingStyle,
    defaultSymbolVisibility: own.defaultSymbolVisibility ?? parent.defaultSymbolVisibility,
    enforceProtoLimits: own.enforceProtoLimits ?? parent.enforceProtoLimits,
  };
}
