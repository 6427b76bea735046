import OpenAI, { AzureOpenAI, toFile } from "openai";
import { chat, stream, tools, batch } from "./openai-shaped.js";
import { expect, secure } from "../expect.js";

const own = (sandbox) => new OpenAI({ apiKey: "simulated", baseURL: `${sandbox}/openai/v1`, maxRetries: 0 });
const azure = (sandbox) => new AzureOpenAI({ apiKey: "simulated", endpoint: `${sandbox}/azureopenai`, apiVersion: "2025-04-01-preview", maxRetries: 0 });
const entra = () => new AzureOpenAI({ azureADTokenProvider: async () => "simulated", endpoint: `${secure}/azureopenai`, apiVersion: "2025-04-01-preview", maxRetries: 0 });
const xai = (sandbox) => new OpenAI({ apiKey: "simulated", baseURL: `${sandbox}/xai/v1`, maxRetries: 0 });
const compatible = (sandbox) => new OpenAI({ apiKey: "simulated", baseURL: `${sandbox}/openaicompatible/v1`, maxRetries: 0 });

export const client = "openai";
export const checks = {
  "openAI chat": (s) => chat(own(s), "gpt-4.1-mini"),
  "openAI stream": (s) => stream(own(s), "gpt-4.1-mini"),
  "openAI tools": (s) => tools(own(s), "gpt-4.1-mini"),
  "openAI responses": async (s) => {
    const answer = await own(s).responses.create({ model: "gpt-5-mini", input: "Say something short." });
    expect(answer.output_text.length > 0, "a text");
  },
  "openAI embeddings": async (s) => {
    const answer = await own(s).embeddings.create({ model: "text-embedding-3-small", input: "a text" });
    expect(answer.data[0].embedding.length > 0, "a vector");
  },
  "openAI batch": (s) => batch(own(s), "gpt-4.1-mini", toFile),
  "openAI wrong key": async (s) => {
    const error = await new OpenAI({ apiKey: "wrong-key", baseURL: `${s}/openai/v1`, maxRetries: 0 }).models.list().then(() => null, (e) => e);
    expect(error?.status === 401, "401");
  },
  "azureOpenAI chat (AzureOpenAI)": (s) => chat(azure(s), "gpt-4.1-mini"),
  "azureOpenAI stream (AzureOpenAI)": (s) => stream(azure(s), "gpt-4.1-mini"),
  "azureOpenAI batch (AzureOpenAI)": (s) => batch(azure(s), "gpt-4.1-mini", toFile, "/chat/completions"),
  "azureOpenAI chat (https, token)": () => chat(entra(), "gpt-4.1-mini"),
  "azureOpenAI stream (https, token)": () => stream(entra(), "gpt-4.1-mini"),
  "azureOpenAI batch (https, token)": () => batch(entra(), "gpt-4.1-mini", toFile, "/chat/completions"),
  "openAICompatible chat": (s) => chat(compatible(s), "local-model"),
  "openAICompatible batch": (s) => batch(compatible(s), "local-model", toFile),
  "xai chat (by base address)": (s) => chat(xai(s), "grok-4.3"),
  "xai stream (by base address)": (s) => stream(xai(s), "grok-4.3"),
};
