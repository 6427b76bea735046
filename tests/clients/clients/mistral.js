import { Mistral } from "@mistralai/mistralai";
import { expect, until, lines } from "../expect.js";

const mistral = (sandbox) => new Mistral({ apiKey: "simulated", serverURL: `${sandbox}/mistral` });
const model = "mistral-small-latest";

export const client = "@mistralai/mistralai";
export const checks = {
  chat: async (s) => {
    const answer = await mistral(s).chat.complete({ model, messages: [{ role: "user", content: "Say something short." }], maxTokens: 50 });
    expect(answer.choices[0].message.content.length > 0 && answer.usage.promptTokens > 0, "a text and usage");
  },
  stream: async (s) => {
    const parts = [];
    for await (const event of await mistral(s).chat.stream({ model, messages: [{ role: "user", content: "Say something." }], maxTokens: 50 })) {
      parts.push(event.data.choices[0].delta.content ?? "");
    }
    expect(parts.join("").length > 0, "a streamed text");
  },
  embeddings: async (s) => {
    const answer = await mistral(s).embeddings.create({ model: "mistral-embed", inputs: ["a text"] });
    expect(answer.data[0].embedding.length > 0, "a vector");
  },
  batch: async (s) => {
    const sdk = mistral(s);
    const input = [...Array(5).keys()].map((i) => JSON.stringify({ custom_id: `row-${i}`, body: { messages: [{ role: "user", content: `Question ${i}` }], max_tokens: 20 } })).join("\n");
    const file = await sdk.files.upload({ file: { fileName: "input.jsonl", content: Buffer.from(input) }, purpose: "batch" });
    const made = await sdk.batch.jobs.create({ inputFiles: [file.id], model, endpoint: "/v1/chat/completions", metadata: { job: "one" } });
    const ended = await until(() => sdk.batch.jobs.get({ jobId: made.id }), (job) => ["SUCCESS", "FAILED", "TIMEOUT_EXCEEDED"].includes(job.status));
    expect(ended.status === "SUCCESS", `success, not ${ended.status}`);
    const stream = await sdk.files.download({ fileId: ended.outputFile });
    const ids = lines(await new Response(stream).text()).map((line) => line.custom_id).sort().join();
    expect(ids === "row-0,row-1,row-2,row-3,row-4", `five results, not ${ids}`);
  },
};
