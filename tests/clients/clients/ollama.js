import { Ollama } from "ollama";
import { expect } from "../expect.js";

const ollama = (sandbox) => new Ollama({ host: `${sandbox}/ollama` });

export const client = "ollama";
export const checks = {
  chat: async (s) => {
    const answer = await ollama(s).chat({ model: "qwen3:8b", messages: [{ role: "user", content: "Say something short." }] });
    expect(answer.message.content.length > 0 && answer.done, "a text");
  },
  stream: async (s) => {
    const parts = [];
    for await (const part of await ollama(s).chat({ model: "qwen3:8b", messages: [{ role: "user", content: "Say something." }], stream: true })) parts.push(part.message.content);
    expect(parts.join("").length > 0, "a streamed text");
  },
  embed: async (s) => {
    const answer = await ollama(s).embed({ model: "nomic-embed-text", input: "a text" });
    expect(answer.embeddings[0].length > 0, "a vector");
  },
};
