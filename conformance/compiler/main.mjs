// The compiler beside protoc: what is accepted and refused, descriptors, source info, generated code of other languages.
//
//   node conformance/compiler/main.mjs              after a build
//   node conformance/compiler/main.mjs --every 4    other languages' generators over every fourth batch of files alone
import { compareAcceptance } from "./accept.mjs";
import { compareDescriptors, SETS } from "./descriptors.mjs";

/** Enough to see what is wrong. */
const MAX_SHOWN = 20;

const everyAt = process.argv.indexOf("--every");
const every = everyAt < 0 ? 1 : Number(process.argv[everyAt + 1]);
let passed = 0;
const failures = [];
const add = (result) => {
  passed += result.passed;
  failures.push(...result.failures);
};
const acceptance = compareAcceptance();
console.log(
  `accepted and refused as by protoc: ${acceptance.passed} of ${acceptance.passed + acceptance.failures.length}`,
);
add(acceptance);
for (const set of SETS) {
  const result = compareDescriptors(set, every);
  console.log(
    `${set.name}: ${result.bytes} descriptors with source info equal to protoc's byte for byte, ${result.canonical} after encoding again, ` +
      `${result.both} files refused by both, ${result.generators} of 3 generators write the same, ${result.failures.length} failed`,
  );
  add(result);
}
for (const failure of failures.slice(0, MAX_SHOWN)) console.error(failure);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
