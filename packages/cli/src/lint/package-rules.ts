import type { FileOptions } from "hawser/wkt";
import { packageStability } from "../check/package-version.js";
import type { SchemaFile } from "../schema/element.js";
import { BASIC, type LintContext, type LintRule, MINIMAL, STANDARD } from "./lint-rule.js";
import { lowerSnakeCase } from "./names.js";

/** How packages are named, and which files belong to them. */
export const PACKAGE_RULES: readonly LintRule[] = [
  {
    id: "DIRECTORY_SAME_PACKAGE",
    categories: MINIMAL,
    isDefault: true,
    purpose: "Checks that all files in a given directory are in the same package.",
    directory(path, files, { report }) {
      const names = new Set(files.map((file) => file.package));
      if (names.size < 2) return;
      const hasNone = names.delete("");
      const list = `"${[...names].sort().join(",")}"`;
      const what = `${names.size > 1 ? "Multiple packages" : "Package"} ${list}${hasNone ? " and file with no package" : ""}`;
      for (const file of files) {
        report(file, file.packageLocation, `${what} detected within directory "${path}".`);
      }
    },
  },
  {
    id: "PACKAGE_DEFINED",
    categories: MINIMAL,
    isDefault: true,
    purpose: "Checks that all files have a package defined.",
    file(file, { report }) {
      if (file.package === "") report(file, undefined, "Files must have a package defined.");
    },
  },
  {
    id: "PACKAGE_DIRECTORY_MATCH",
    categories: MINIMAL,
    isDefault: true,
    purpose: "Checks that all files are in a directory that matches their package name.",
    file(file, { report }) {
      const expected = file.package.replaceAll(".", "/");
      if (file.package === "" || file.directory === expected) return;
      report(
        file,
        file.packageLocation,
        `Files with package "${file.package}" must be within a directory "${expected}" relative to root but were in directory "${file.directory}".`,
      );
    },
  },
  {
    id: "PACKAGE_LOWER_SNAKE_CASE",
    categories: BASIC,
    isDefault: true,
    purpose: "Checks that packages are lower_snake.case.",
    file(file, { report }) {
      const expected = file.package.split(".").map(lowerSnakeCase).join(".");
      if (file.package === expected) return;
      report(
        file,
        file.packageLocation,
        `Package name "${file.package}" should be lower_snake.case, such as "${expected}".`,
      );
    },
  },
  {
    id: "PACKAGE_SAME_DIRECTORY",
    categories: MINIMAL,
    isDefault: true,
    purpose: "Checks that all files with a given package are in the same directory.",
    package(name, files, { report }) {
      const directories = new Set(files.map((file) => file.directory));
      if (directories.size < 2) return;
      const list = [...directories].sort().join(",");
      for (const file of files) {
        report(file, file.packageLocation, `Multiple directories "${list}" contain files with package "${name}".`);
      }
    },
  },
  sameOption("CSHARP_NAMESPACE", "csharp_namespace", 37, (options) => options.csharpNamespace),
  sameOption("GO_PACKAGE", "go_package", 11, (options) => options.goPackage),
  sameOption("JAVA_MULTIPLE_FILES", "java_multiple_files", 10, (options) => options.javaMultipleFiles?.toString()),
  sameOption("JAVA_PACKAGE", "java_package", 1, (options) => options.javaPackage),
  sameOption("PHP_NAMESPACE", "php_namespace", 41, (options) => options.phpNamespace),
  sameOption("RUBY_PACKAGE", "ruby_package", 45, (options) => options.rubyPackage),
  sameOption("SWIFT_PREFIX", "swift_prefix", 39, (options) => options.swiftPrefix),
  {
    id: "PACKAGE_VERSION_SUFFIX",
    categories: STANDARD,
    isDefault: true,
    purpose:
      'Checks that the last component of all packages is a version of the form "v\\d+", "v\\d+test.*", "v\\d+(alpha|beta)\\d*", or "v\\d+p\\d+(alpha|beta)\\d*", where numbers are >=1.',
    file(file, { report }) {
      if (file.package === "" || packageStability(file.package) !== undefined) return;
      report(
        file,
        file.packageLocation,
        `Package name "${file.package}" should be suffixed with a correctly formed version, such as "${file.package}.v1".`,
      );
    },
  },
];

/** The rule that all files of a package have the same value for an option, or none of them has one. */
function sameOption(
  id: string,
  name: string,
  number: number,
  valueIn: (options: FileOptions) => string | undefined,
): LintRule {
  return {
    id: `PACKAGE_SAME_${id}`,
    categories: BASIC,
    isDefault: true,
    purpose: `Checks that all files with a given package have the same value for the ${name} option.`,
    package(packageName: string, files: readonly SchemaFile[], { report }: LintContext) {
      const values = new Set(files.map(({ proto }) => (proto.options && valueIn(proto.options)) ?? ""));
      if (values.size < 2) return;
      const hasNone = values.delete("");
      const list = JSON.stringify([...values].sort().join(","));
      const what = hasNone
        ? `both values ${list} and no value for option "${name}"`
        : `multiple values ${list} for option "${name}"`;
      for (const file of files) {
        report(
          file,
          file.locateOption(number),
          `Files in package "${packageName}" have ${what} and all values must be equal.`,
        );
      }
    },
  };
}
