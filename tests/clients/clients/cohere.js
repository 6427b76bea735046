import { CohereClientV2 } from "cohere-ai";
import { expect } from "../expect.js";

const cohere = (sandbox) => new CohereClientV2({ token: "simulated", environment: `${sandbox}/cohere` });
const model = "command-a-03-2025";

export const client = "cohere-ai";
export const checks = {
  chat: async (s) => {
    const answer = await cohere(s).chat({ model, messages: [{ role: "user", content: "Say something short." }] });
    expect(answer.message.content[0].text.length > 0, "a text");
  },
  stream: async (s) => {
    const parts = [];
    for await (const event of await cohere(s).chatStream({ model, messages: [{ role: "user", content: "Say something." }] })) {
      if (event.type === "content-delta") parts.push(event.delta?.message?.content?.text ?? "");
    }
    expect(parts.join("").length > 0, "a streamed text");
  },
  embed: async (s) => {
    const answer = await cohere(s).embed({ model: "embed-v4.0", texts: ["a text"], inputType: "search_document", embeddingTypes: ["float"] });
    expect(answer.embeddings.float[0].length > 0, "a vector");
  },
};
