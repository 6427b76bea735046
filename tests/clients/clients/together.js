import { mkdtemp, writeFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Together from "together-ai";
import { chat, stream, tools, inputLines, checkResults } from "./openai-shaped.js";
import { expect, until } from "../expect.js";

const together = (sandbox) => new Together({ apiKey: "simulated", baseURL: `${sandbox}/together/v1`, maxRetries: 0 });
const model = "meta-llama/Llama-3.3-70B-Instruct-Turbo";

export const client = "together-ai";
export const checks = {
  chat: (s) => chat(together(s), model),
  stream: (s) => stream(together(s), model),
  tools: (s) => tools(together(s), model),
  batch: async (s) => {
    const sdk = together(s);
    const folder = await mkdtemp(join(tmpdir(), "clients-"));
    try {
      const path = join(folder, "input.jsonl");
      await writeFile(path, inputLines(model, false));
      const form = new FormData();
      form.append("purpose", "batch-api");
      form.append("file_name", "input.jsonl");
      form.append("file_type", "jsonl");
      form.append("file", new Blob([inputLines(model, false)]), "input.jsonl");
      // The client uploads by a redirect to its own storage; the documented multipart call is what is served here.
      const upload = await fetch(`${s}/together/v1/files/upload`, { method: "POST", headers: { Authorization: "Bearer simulated" }, body: form });
      const file = await upload.json();
      const made = await sdk.batches.create({ input_file_id: file.id, endpoint: "/v1/chat/completions" });
      expect(made.job?.id, "a wrapped job");
      const ended = await until(() => sdk.batches.retrieve(made.job.id), (b) => ["COMPLETED", "FAILED", "EXPIRED"].includes(b.status));
      expect(ended.status === "COMPLETED", `completed, not ${ended.status}`);
      expect((await sdk.batches.list()).some((b) => b.id === made.job.id), "the job in the list");
      checkResults(await (await sdk.files.content(ended.output_file_id)).text());
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
