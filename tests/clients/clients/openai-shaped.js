// What every client made like OpenAI's does; no checks of its own.
import { expect, until, lines, tool } from "../expect.js";

export const client = "(shared)";
export const checks = {};

export async function chat(sdk, model) {
  const answer = await sdk.chat.completions.create({ model, messages: [{ role: "user", content: "Say something short." }], max_tokens: 50 });
  expect(answer.choices[0].message.content.length > 0, "a text");
  expect(answer.usage.prompt_tokens > 0 && answer.usage.completion_tokens > 0, "usage");
}

export async function stream(sdk, model) {
  const parts = [];
  for await (const chunk of await sdk.chat.completions.create({ model, messages: [{ role: "user", content: "Say something." }], max_tokens: 50, stream: true })) {
    parts.push(chunk.choices?.[0]?.delta?.content ?? "");
  }
  expect(parts.join("").length > 0, "a streamed text");
}

export async function tools(sdk, model) {
  const answer = await sdk.chat.completions.create({
    model,
    messages: [{ role: "user", content: "What is the weather in Bern?" }],
    tools: [{ type: "function", function: tool }],
    tool_choice: { type: "function", function: { name: tool.name } },
  });
  expect(answer.choices[0].message.tool_calls?.[0]?.function?.name === tool.name, "a tool call");
}

export function inputLines(model, withUrl = true) {
  return [...Array(5).keys()].map((i) => JSON.stringify({
    custom_id: `row-${i}`,
    ...(withUrl ? { method: "POST", url: "/v1/chat/completions" } : {}),
    body: { model, messages: [{ role: "user", content: `Question ${i}` }], max_tokens: 20 },
  })).join("\n") + "\n";
}

export function checkResults(text) {
  const results = lines(text);
  const ids = results.map((line) => line.custom_id).sort().join();
  expect(ids === "row-0,row-1,row-2,row-3,row-4", `five results by custom id, not ${ids}`);
}

export async function batch(sdk, model, toFile, endpoint = "/v1/chat/completions") {
  const file = await sdk.files.create({ file: await toFile(Buffer.from(inputLines(model)), "input.jsonl"), purpose: "batch" });
  await until(() => sdk.files.retrieve ? sdk.files.retrieve(file.id) : sdk.files.info(file.id), (f) => f.status !== "pending");
  const made = await sdk.batches.create({ input_file_id: file.id, endpoint, completion_window: "24h" });
  const ended = await until(() => sdk.batches.retrieve(made.id), (b) => ["completed", "failed", "expired"].includes(b.status));
  expect(ended.status === "completed", `completed, not ${ended.status}`);
  const content = await sdk.files.content(ended.output_file_id);
  checkResults(await content.text());
}
