import { BedrockClient, CreateModelInvocationJobCommand, GetModelInvocationJobCommand, ListModelInvocationJobsCommand } from "@aws-sdk/client-bedrock";
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { S3Client, PutObjectCommand, GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { expect, until, lines, secure } from "../expect.js";

const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox-secret" };
const settings = (address, more = {}) => ({ region: "us-east-1", endpoint: address, credentials, maxAttempts: 1, ...more });
const s3 = (s, keys = credentials) => new S3Client(settings(`${s}/s3`, { forcePathStyle: true, credentials: keys }));
// The runtime client speaks HTTP/2 unless told otherwise, and plain http does not.
const runtime = (s) => new BedrockRuntimeClient(settings(`${s}/bedrock`, { requestHandler: new NodeHttpHandler() }));
const http2 = () => new BedrockRuntimeClient(settings(`${secure}/bedrock`));
const modelId = "anthropic.claude-haiku-4-5-20251001-v1:0";
const ask = (text) => ({ modelId, messages: [{ role: "user", content: [{ text }] }], inferenceConfig: { maxTokens: 50 } });

export const client = "@aws-sdk/client-{bedrock,-runtime,s3}";
async function converse(runtime) {
  const answer = await runtime.send(new ConverseCommand(ask("Say something short.")));
  expect(answer.output.message.content[0].text.length > 0 && answer.usage.inputTokens > 0, "a text and usage");
  return runtime;
}

async function converseStream(runtime) {
  const parts = [];
  for await (const event of (await runtime.send(new ConverseStreamCommand(ask("Say something.")))).stream) parts.push(event.contentBlockDelta?.delta?.text ?? "");
  expect(parts.join("").length > 0, "a streamed text");
  return runtime;
}

const spoke = (runtime, protocol) => expect(runtime.config.requestHandler.metadata.handlerProtocol === protocol, protocol);

export const checks = {
  converse: async (s) => spoke(await converse(runtime(s)), "http/1.1"),
  converseStream: async (s) => spoke(await converseStream(runtime(s)), "http/1.1"),
  "converse (HTTP/2)": async () => spoke(await converse(http2()), "h2"),
  "converseStream (HTTP/2)": async () => spoke(await converseStream(http2()), "h2"),
  "a wrong secret": async (s) => {
    const error = await s3(s, { accessKeyId: "sandbox", secretAccessKey: "another" }).send(new ListObjectsV2Command({ Bucket: "acme" })).then(() => null, (e) => e);
    expect(error?.name === "SignatureDoesNotMatch", `a refused signature, not ${error?.name}`);
  },
  "batch over S3": async (s) => {
    const records = [...Array(100).keys()].map((i) => JSON.stringify({
      recordId: `row-${i}`,
      modelInput: { messages: [{ role: "user", content: [{ text: `Question ${i}` }] }], inferenceConfig: { maxTokens: 20 } },
    })).join("\n");
    const store = s3(s);
    await store.send(new PutObjectCommand({ Bucket: "acme", Key: "in/rows.jsonl", Body: records }));
    const bedrock = new BedrockClient(settings(`${s}/bedrock`));
    const { jobArn } = await bedrock.send(new CreateModelInvocationJobCommand({
      jobName: "rows", modelId, roleArn: "arn:aws:iam::123456789012:role/batch", modelInvocationType: "Converse", clientRequestToken: `token-${Date.now()}`,
      inputDataConfig: { s3InputDataConfig: { s3Uri: "s3://acme/in/rows.jsonl" } },
      outputDataConfig: { s3OutputDataConfig: { s3Uri: "s3://acme/out/" } },
    }));
    const ended = await until(() => bedrock.send(new GetModelInvocationJobCommand({ jobIdentifier: jobArn })), (job) => ["Completed", "Failed", "PartiallyCompleted", "Expired"].includes(job.status));
    expect(ended.status === "Completed", `completed, not ${ended.status} ${ended.message ?? ""}`);
    expect((await bedrock.send(new ListModelInvocationJobsCommand({ nameContains: "rows" }))).invocationJobSummaries.length > 0, "the job in the list");
    const listed = await store.send(new ListObjectsV2Command({ Bucket: "acme", Prefix: "out/" }));
    const key = listed.Contents.map((object) => object.Key).find((name) => name.endsWith("rows.jsonl.out"));
    const text = await (await store.send(new GetObjectCommand({ Bucket: "acme", Key: key }))).Body.transformToString();
    expect(new Set(lines(text).map((line) => line.recordId)).size === 100, "a hundred results by record id");
  },
};
