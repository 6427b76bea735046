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
