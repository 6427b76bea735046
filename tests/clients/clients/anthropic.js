import Anthropic from "@anthropic-ai/sdk";
import { expect, until, tool } from "../expect.js";

const anthropic = (sandbox) => new Anthropic({ apiKey: "simulated", baseURL: `${sandbox}/anthropic`, maxRetries: 0 });
const model = "claude-haiku-4-5";
const ask = (text) => ({ model, max_tokens: 50, messages: [{ role: "user", content: text }] });

export const client = "@anthropic-ai/sdk";
export const checks = {
  messages: async (s) => {
    const answer = await anthropic(s).messages.create(ask("Say something short."));
    expect(answer.content[0].text.length > 0 && answer.usage.output_tokens > 0, "a text and usage");
  },
  stream: async (s) => {
    const answer = await anthropic(s).messages.stream(ask("Say something.")).finalMessage();
    expect(answer.content[0].text.length > 0, "a streamed text");
  },
  tools: async (s) => {
    const answer = await anthropic(s).messages.create({
      ...ask("What is the weather in Bern?"),
      tools: [{ name: tool.name, description: tool.description, input_schema: tool.parameters }],
      tool_choice: { type: "tool", name: tool.name },
    });
    expect(answer.content.some((part) => part.type === "tool_use" && part.name === tool.name), "a tool call");
  },
  batch: async (s) => {
    const sdk = anthropic(s);
    const made = await sdk.messages.batches.create({ requests: [...Array(5).keys()].map((i) => ({ custom_id: `row-${i}`, params: ask(`Question ${i}`) })) });
    await until(() => sdk.messages.batches.retrieve(made.id), (b) => b.processing_status === "ended");
    const ids = [];
    for await (const line of await sdk.messages.batches.results(made.id)) ids.push(line.custom_id);
    expect(ids.sort().join() === "row-0,row-1,row-2,row-3,row-4", `five results, not ${ids}`);
  },
};
