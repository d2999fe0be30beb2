import type { FileDescriptorProto } from "hawser/wkt";
import { ChosenRules } from "../check/check-config.js";
import { type Finding, placeOf, sortFindings } from "../check/finding.js";
import { packageStability } from "../check/package-version.js";
import { SchemaFile } from "../schema/element.js";
import { type BreakingConfig, DEFAULT_BREAKING_CONFIG } from "./breaking-config.js";
import type { BreakingContext, BreakingRule, Place } from "./breaking-rule.js";
import { valuesByNumber } from "./enum-rules.js";
import { BREAKING_RULES, REPLACED_BREAKING_RULES } from "./rules.js";
import { SchemaIndex } from "./schema-index.js";

/** The two schemas to compare: descriptors, imports included. With source info findings have places. */
export interface BreakingInput {
  readonly now: readonly FileDescriptorProto[];
  readonly before: readonly FileDescriptorProto[];
  /** The names of the files that are asked about; what is found elsewhere is left out. Default: all, imports too. */
  readonly entries?: Iterable<string>;
}

/**
 * Finds what of a schema has changed so that it breaks those who use it. Reads and writes nothing.
 *
 * A descriptor that is in both schemas, as the same object, is known to be unchanged and so costs nothing; with a
 * `CompileCache` that both were compiled with, that is each file that neither itself nor in what it imports has changed.
 *
 * @returns what was found, by file and place
 * @throws UnknownRuleError if the configuration names a rule or category that does not exist
 */
export function breaking(input: BreakingInput, config: BreakingConfig = DEFAULT_BREAKING_CONFIG): Finding[] {
  const chosen = new ChosenRules(config, BREAKING_RULES, REPLACED_BREAKING_RULES);
  const entries = input.entries === undefined ? undefined : new Set(input.entries);
  const view = (protos: readonly FileDescriptorProto[]): SchemaIndex =>
    new SchemaIndex(
      protos.map((proto) => new SchemaFile(proto, { isImport: entries?.has(proto.name ?? "") === false })),
    );
  const [now, before] = [view(input.now), view(input.before)];
  const findings: Finding[] = [];
  const isIgnored = (rule: string, { file }: Place): boolean =>
    file.isImport ||
    chosen.ignores(rule, file.name) ||
    (config.ignoreUnstablePackages && packageStability(file.package) === "unstable");
  const checks = chosen.rules.map((rule): Check => {
    const report: BreakingContext["report"] = (place, against, message) => {
      if (place !== undefined && isIgnored(rule.id, place)) return;
      if (against !== undefined && isIgnored(rule.id, against)) return;
      findings.push({
        rule: rule.id,
        file: place?.file.name,
        location: placeOf(place?.location),
        message,
        ...(place?.path === undefined ? {} : { path: place.path }),
        ...(against === undefined
          ? {}
          : { against: { file: against.file.name, location: placeOf(against.location), path: against.path } }),
      });
    };
    return { rule, context: { now, before, report } };
  });
  for (const { rule, context } of checks) rule.schema?.(context);
  comparePairs(now, before, checks);
  return sortFindings(findings);
}

interface Check {
  readonly rule: BreakingRule;
  readonly context: BreakingContext;
}

/** Shows the rules each thing that is in both schemas, in both forms. */
function comparePairs(now: SchemaIndex, before: SchemaIndex, checks: readonly Check[]): void {
  const about = (kind: keyof BreakingRule): Check[] => checks.filter(({ rule }) => rule[kind] !== undefined);
  const of = {
    file: about("file"),
    message: about("message"),
    field: about("field"),
    enum: about("enum"),
    enumValues: about("enumValues"),
    service: about("service"),
    method: about("method"),
  };
  for (const fileBefore of before.files.values()) {
    const file = now.files.get(fileBefore.name);
    if (file?.proto === fileBefore.proto) continue;
    if (file !== undefined) for (const { rule, context } of of.file) rule.file!(file, fileBefore, context);
    for (const enumBefore of fileBefore.allEnums()) {
      const each = now.enums.get(enumBefore.fullName);
      if (each === undefined) continue;
      for (const { rule, context } of of.enum) rule.enum!(each, enumBefore, context);
      const values = valuesByNumber(each);
      for (const [number, valuesBefore] of valuesByNumber(enumBefore)) {
        const found = values.get(number);
        if (found === undefined) continue;
        for (const { rule, context } of of.enumValues) rule.enumValues!(found, valuesBefore, context);
      }
    }
    for (const messageBefore of fileBefore.allMessages()) {
      const message = now.messages.get(messageBefore.fullName);
      if (message === undefined) continue;
      for (const { rule, context } of of.message) rule.message!(message, messageBefore, context);
      const fields = new Map(message.fields.map((field) => [field.number, field]));
      for (const fieldBefore of messageBefore.fields) {
        const field = fields.get(fieldBefore.number);
        if (field === undefined) continue;
        for (const { rule, context } of of.field) rule.field!(field, fieldBefore, context);
      }
    }
    for (const fieldBefore of fileBefore.allExtensions()) {
      const field = now.extensions.get(fieldBefore.extendee)?.get(fieldBefore.number);
      if (field === undefined) continue;
      for (const { rule, context } of of.field) rule.field!(field, fieldBefore, context);
    }
    for (const serviceBefore of fileBefore.services) {
      const service = now.services.get(serviceBefore.fullName);
      if (service === undefined) continue;
      for (const { rule, context } of of.service) rule.service!(service, serviceBefore, context);
      const methods = new Map(service.methods.map((method) => [method.name, method]));
      for (const methodBefore of serviceBefore.methods) {
        const method = methods.get(methodBefore.name);
        if (method === undefined) continue;
        for (const { rule, context } of of.method) rule.method!(method, methodBefore, context);
      }
    }
  }
}
