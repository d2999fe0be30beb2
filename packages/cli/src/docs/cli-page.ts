import { COMMANDS } from "../command-list.js";
import { EXIT_CODES } from "../exit-code.js";
import { type CommandModel, commandModels } from "./command-model.js";

/** The text of docs/cli.md: all commands, made of what their help is made of. */
export async function cliPage(): Promise<string> {
  const models = await commandModels(COMMANDS);
  const parts = [
    `# The command line

One command for the whole life of a contract, \`npm install --save-dev @hawser/cli\`. This page is made of the commands
themselves by \`node scripts/cli-docs.mjs\`; the examples with output are run by \`npm test\`. \`hawser help COMMAND\` shows the same.

Results go to stdout, everything else to stderr. With \`--json\` each result is one JSON object on a line, and an error
\`{"ok":false,"error":{"message","help"}}\`. Colours are off where there is no terminal, or \`NO_COLOR\` is set.`,
    models.map(({ name, summary }) => `- [\`hawser ${name}\`](#hawser-${name}): ${summary}`).join("\n"),
    `## Exit codes\n\n${table(
      ["code", "meaning"],
      EXIT_CODES.map(({ code, meaning }) => [`${code}`, meaning]),
    )}\n\n128 and more: ended by that signal, as a shell counts. Commands have codes of their own where that is said below.`,
    ...models.map(section),
  ];
  return `${parts.join("\n\n")}\n`;
}

function section(model: CommandModel): string {
  const { name, summary, usage, operands, options, sections, exitCodes, examples } = model;
  const parts = [`## hawser ${name}`, `${sentence(summary)}`, fence("text", usage)];
  if (operands.length > 0) {
    parts.push(
      table(
        ["operand", "what it is"],
        operands.map((each) => [code(each.name), each.description]),
      ),
    );
  }
  if (options.length > 0) {
    parts.push(
      table(
        ["option", "what it does"],
        options.map((each) => [
          code(each.flags),
          [
            each.description,
            ...(each.choices.length > 0 ? [`one of ${each.choices.join(", ")}`] : []),
            ...(each.default === undefined ? [] : [`default ${each.default}`]),
          ].join("; "),
        ]),
      ),
    );
  }
  for (const { title, text } of sections) parts.push(`**${title}.**`, fence("text", text));
  parts.push(
    table(
      ["exit code", "meaning"],
      exitCodes.map((each) => [`${each.code}`, each.meaning]),
    ),
  );
  const plain = examples.filter(({ shown }) => shown === undefined);
  if (plain.length > 0) parts.push(fence("sh", plain.map(({ line, does }) => `# ${does}\n${line}`).join("\n")));
  for (const { line, does, shown } of examples) {
    if (shown === undefined) continue;
    parts.push(`${sentence(does)}`);
    for (const [file, text] of Object.entries(shown.files)) parts.push(`\`${file}\`:`, fence(languageOf(file), text));
    const before = (shown.before ?? []).map((each) => `$ ${each}\n`).join("");
    const ending = (shown.exitCode ?? 0) === 0 ? "" : `\n(exit code ${shown.exitCode})`;
    parts.push(fence("console", `${before}$ ${line}\n${shown.prints.trimEnd()}${ending}`));
  }
  return parts.join("\n\n");
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? "" : "."}`;
}

function languageOf(file: string): string {
  return /\.(proto|json|yaml)$/.exec(file)?.[1] ?? "text";
}

function fence(language: string, text: string): string {
  const marks = text.includes("```") ? "````" : "```";
  return `${marks}${language}\n${text.trimEnd()}\n${marks}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((each) => each.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}
