import { emptyDraft, type LoadReport, mergeReport, type ReportDraft } from "./load-report.js";

/** What a server says of its load as a whole. Made by {@link addLoadReporting}; also usable without it. */
export class ServerLoad {
  /** @internal */
  draft: ReportDraft = emptyDraft();

  /** Says this from now on, and forgets what was said before. */
  replace(report: LoadReport): void {
    const draft = emptyDraft();
    mergeReport(draft, report);
    this.draft = draft;
  }

  /** Says this beside what was said before; a key that is there and undefined is told no longer. */
  merge(report: LoadReport): void {
    mergeReport(this.draft, report);
  }
}
