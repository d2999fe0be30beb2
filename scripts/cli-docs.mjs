// Writes docs/cli.md from the commands as they were built.
import { writeFileSync } from "node:fs";
import { cliPage } from "../packages/cli/dist/docs/cli-page.js";

writeFileSync(new URL("../docs/cli.md", import.meta.url), await cliPage());
