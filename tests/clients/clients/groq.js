import Groq, { toFile } from "groq-sdk";
import { chat, stream, tools, batch } from "./openai-shaped.js";

const groq = (sandbox) => new Groq({ apiKey: "simulated", baseURL: `${sandbox}/groq`, maxRetries: 0 });

export const client = "groq-sdk";
export const checks = {
  chat: (s) => chat(groq(s), "openai/gpt-oss-20b"),
  stream: (s) => stream(groq(s), "openai/gpt-oss-20b"),
  tools: (s) => tools(groq(s), "openai/gpt-oss-20b"),
  batch: (s) => batch(groq(s), "openai/gpt-oss-20b", toFile),
};
