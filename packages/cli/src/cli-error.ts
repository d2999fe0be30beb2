/** Something the user can put right: it is printed as a sentence and a help line, without a stack. */
export class CliError extends Error {
  override readonly name = "CliError";
  /** What to do about it. */
  readonly help: string;

  /**
   * @param message what is wrong and where, without a full stop
   * @param help what to do about it
   */
  constructor(message: string, help: string) {
    super(message);
    this.help = help;
  }
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
