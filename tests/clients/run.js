// Runs every client against the sandbox at PARSIMONY_SANDBOX, prints a table, and ends with "N passed, N failed".
import { readdir } from "node:fs/promises";

const sandbox = (process.env.PARSIMONY_SANDBOX ?? "").replace(/\/$/, "");
if (!sandbox || !process.env.PARSIMONY_SANDBOX_TLS) {
  console.error("Set PARSIMONY_SANDBOX and PARSIMONY_SANDBOX_TLS to the addresses 'parsimony sandbox --tls' printed, or run eng/clients-test.sh.");
  process.exit(2);
}

const only = process.argv.slice(2);
const files = (await readdir(new URL("./clients/", import.meta.url))).filter((file) => file.endsWith(".js")).sort();
let passed = 0;
let failed = 0;
for (const file of files) {
  const { client, checks } = await import(new URL(`./clients/${file}`, import.meta.url));
  if (only.length > 0 && !only.includes(file.replace(/\.js$/, ""))) continue;
  for (const [name, check] of Object.entries(checks)) {
    const began = Date.now();
    try {
      await check(sandbox);
      passed++;
      console.log(`ok      ${client.padEnd(34)} ${name} (${Date.now() - began} ms)`);
    } catch (error) {
      failed++;
      console.log(`FAILED  ${client.padEnd(34)} ${name}: ${String(error?.message ?? error).slice(0, 400)}`);
    }
  }
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
