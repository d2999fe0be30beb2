import { test } from "node:test";
import { loadSeeds } from "./seeds.js";
import { TARGETS } from "./targets.js";

for (const [name, target] of Object.entries(TARGETS)) {
  test(`the inputs that fuzzing has kept for "${name}" give no failure`, () => {
    for (const input of [...target.seeds, ...loadSeeds(name)]) target.run(input);
  });
}
