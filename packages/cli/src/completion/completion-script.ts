import type { CommandModel, OptionModel } from "../docs/command-model.js";

/** The shells that there is a completion for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The text that teaches a shell the commands, their options and the choices of these; other words are files. */
export function completionScript(shell: Shell, models: readonly CommandModel[]): string {
  switch (shell) {
    case "bash":
      return bashScript(models);
    case "zsh":
      return zshScript(models);
    case "fish":
      return fishScript(models);
  }
}

function bashScript(models: readonly CommandModel[]): string {
  const names = ["help", ...models.map(({ name }) => name)].join(" ");
  const choices = models.flatMap(({ name, options }) =>
    options
      .filter((option) => option.choices.length > 0)
      .map((option) => {
        const patterns = flagsOf(option).map((flag) => `${name}:${flag}`);
        return `    ${patterns.join("|")}) words="${option.choices.join(" ")}" ;;`;
      }),
  );
  const options = models.map(
    ({ name, options }) => `    ${name}) words="${["--help", ...options.flatMap(longOf)].join(" ")}" ;;`,
  );
  return `# bash completion for hawser: eval "$(hawser completion bash)"
_hawser() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ] || { [ "$COMP_CWORD" -eq 2 ] && [ "$command" = help ]; }; then
    COMPREPLY=($(compgen -W "${names} --help --version" -- "$cur"))
    return
  fi
  case "$command:$prev" in
${choices.join("\n")}
  esac
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
    return
  fi
  if [[ "$cur" != -* ]]; then
    COMPREPLY=($(compgen -f -- "$cur"))
    return
  fi
  case "$command" in
${options.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o filenames -F _hawser hawser
`;
}

function zshScript(models: readonly CommandModel[]): string {
  const commands = models.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`);
  const cases = models.map(({ name, options }) => {
    const specs = options.flatMap((option) =>
      flagsOf(option).map((flag) => {
        const text = option.description.replaceAll(/[[\]:\\]/g, (char) => `\\${char}`);
        const values = option.choices.length > 0 ? `(${option.choices.join(" ")})` : "_files";
        return quote(`*${flag}[${text}]${option.takesValue ? `:value:${values}` : ""}`);
      }),
    );
    return `    ${name}) _arguments ${[...specs, quote("*:file:_files")].join(" ")} ;;`;
  });
  return `#compdef hawser
# zsh completion for hawser: hawser completion zsh > "\${fpath[1]}/_hawser", or eval "$(hawser completion zsh)"
_hawser() {
  local -a commands=(
${commands.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="\${words[2]}"
  shift words
  (( CURRENT-- ))
  case "$command" in
    help) _describe command commands ;;
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = _hawser ]; then _hawser "$@"; else compdef _hawser hawser; fi
`;
}

function fishScript(models: readonly CommandModel[]): string {
  const lines = [
    "# fish completion for hawser: hawser completion fish > ~/.config/fish/completions/hawser.fish",
    ...models.map(
      ({ name, summary }) => `complete -c hawser -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
    ),
    ...models.flatMap(({ name, options }) =>
      options.map((option) =>
        [
          `complete -c hawser -n ${quote(`__fish_seen_subcommand_from ${name}`)}`,
          ...(option.long === undefined ? [] : [`-l ${option.long.slice(2)}`]),
          ...(option.short === undefined ? [] : [`-s ${option.short.slice(1)}`]),
          ...(option.choices.length > 0
            ? [`-x -a ${quote(option.choices.join(" "))}`]
            : option.takesValue
              ? ["-r"]
              : []),
          `-d ${quote(option.description)}`,
        ].join(" "),
      ),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function flagsOf({ long, short }: OptionModel): string[] {
  return [long, short].filter((each) => each !== undefined);
}

function longOf({ long, short }: OptionModel): string[] {
  return [long ?? short].filter((each) => each !== undefined);
}

/** For a shell: in single quotes, those within it outside of them. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
