import { GoogleGenAI, FunctionCallingConfigMode } from "@google/genai";
import { expect, until, tool } from "../expect.js";

const genai = (sandbox) => new GoogleGenAI({ apiKey: "simulated", httpOptions: { baseUrl: `${sandbox}/gemini` } });
const model = "gemini-2.5-flash";

export const client = "@google/genai";
export const checks = {
  generateContent: async (s) => {
    const answer = await genai(s).models.generateContent({ model, contents: "Say something short." });
    expect(answer.text.length > 0 && answer.usageMetadata.promptTokenCount > 0, "a text and usage");
  },
  stream: async (s) => {
    const parts = [];
    for await (const chunk of await genai(s).models.generateContentStream({ model, contents: "Say something." })) parts.push(chunk.text ?? "");
    expect(parts.join("").length > 0, "a streamed text");
  },
  tools: async (s) => {
    const answer = await genai(s).models.generateContent({
      model,
      contents: "What is the weather in Bern?",
      config: {
        tools: [{ functionDeclarations: [{ name: tool.name, description: tool.description, parametersJsonSchema: tool.parameters }] }],
        toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: [tool.name] } },
      },
    });
    expect(answer.functionCalls?.[0]?.name === tool.name, "a function call");
  },
  embedContent: async (s) => {
    const answer = await genai(s).models.embedContent({ model: "gemini-embedding-001", contents: ["a text"] });
    expect(answer.embeddings[0].values.length > 0, "a vector");
  },
  "explicit cache": async (s) => {
    const caches = genai(s).caches;
    const made = await caches.create({
      model,
      config: { contents: "a document ".repeat(1000), systemInstruction: "Answer from the document.", displayName: "corpus", ttl: "3600s" },
    });
    expect(made.usageMetadata.totalTokenCount > 2048 && made.displayName === "corpus", "a cache and its size");
    expect((await caches.get({ name: made.name })).expireTime === made.expireTime, "the same cache");
    const answer = await genai(s).models.generateContent({ model, contents: "What does it say?", config: { cachedContent: made.name } });
    expect(answer.text.length > 0 && answer.usageMetadata.cachedContentTokenCount === made.usageMetadata.totalTokenCount, "an answer over the cache");
    const longer = await caches.update({ name: made.name, config: { ttl: "7200s" } });
    expect(Date.parse(longer.expireTime) > Date.parse(made.expireTime), "a later end");
    const names = [];
    for await (const cache of await caches.list({ config: { pageSize: 1 } })) names.push(cache.name);
    expect(names.includes(made.name), "the cache in the list");
    await caches.delete({ name: made.name });
    const gone = await caches.get({ name: made.name }).then(() => undefined, (error) => error.status);
    expect(gone === 403, `permission denied, not ${gone}`);
  },
  "batch of inline requests": async (s) => {
    const sdk = genai(s);
    const made = await sdk.batches.create({
      model,
      src: [...Array(3).keys()].map((i) => ({ contents: [{ role: "user", parts: [{ text: `Question ${i}` }] }], metadata: { key: `row-${i}` } })),
      config: { displayName: "three questions" },
    });
    const ended = await until(() => sdk.batches.get({ name: made.name }), (b) => /SUCCEEDED|FAILED|EXPIRED/.test(b.state ?? ""));
    expect(/SUCCEEDED/.test(ended.state), `succeeded, not ${ended.state}`);
    expect(ended.dest?.inlinedResponses?.length === 3, "three answers");
  },
};
