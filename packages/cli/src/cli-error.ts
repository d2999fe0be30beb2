import { EXIT_FAILED, EXIT_USAGE } from "./exit-code.js";

/** Something the user can put right: it is printed as a sentence and a help line, without a stack. */
export class CliError extends Error {
  override readonly name = "CliError";
  /** What to do about it. */
  readonly help: string;
  /** What the process ends with. */
  readonly exitCode: number;

  /**
   * @param message what is wrong and where, without a full stop
   * @param help what to do about it
   * @param exitCode what the process ends with; default 1
   */
  constructor(message: string, help: string, exitCode: number = EXIT_FAILED) {
    super(message);
    this.help = help;
    this.exitCode = exitCode;
  }
}

/**
 * An error in the arguments themselves, found after they were parsed: two options that exclude each other, a number out
 * of range. The exit code is 2.
 */
export function usageError(message: string, help: string): CliError {
  return new CliError(message, help, EXIT_USAGE);
}

/** The reason of a failed file system call in words, such as "permission denied". */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "ENOENT":
      return "no such file or directory";
    case "ENOTDIR":
      return "a part of the path is a file, not a directory";
    case "EISDIR":
      return "it is a directory";
    case "ENOSPC":
      return "no space left on the device";
    case "EROFS":
      return "the file system is read-only";
    case "ENAMETOOLONG":
      return "the name is too long";
    case "ELOOP":
      return "too many symbolic links";
    default:
      return message ?? String(error);
  }
}
