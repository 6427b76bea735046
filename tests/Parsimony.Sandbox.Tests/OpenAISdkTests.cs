using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using OpenAI;
using OpenAI.Batch;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Files;
using OpenAI.Images;
using OpenAI.Responses;

namespace Parsimony.Sandbox.Tests;

/// <summary>The official OpenAI SDK, unchanged, against the host.</summary>
public sealed class OpenAISdkTests : IAsyncLifetime
{
    private static readonly ApiKeyCredential Key = new("sk-simulated");

    private SandboxHost _host = null!;
    private MovedClock _time = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (_host, _time) = await Given.Host();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Chats()
    {
        ChatCompletion completion = await new ChatClient("gpt-5-mini", Key, Options()).CompleteChatAsync(
            [new SystemChatMessage("Classify into one of: billing, shipping, login."), new UserChatMessage("my parcel is late")], cancellationToken: Token);

        Assert.Equal("shipping", completion.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, completion.FinishReason);
        Assert.True(completion.Usage.InputTokenCount > 0);
        Assert.True(completion.Usage.OutputTokenCount > 0);
    }

    [Fact]
    public async Task Streams_a_chat()
    {
        var text = new StringBuilder();
        var finished = false;
        await foreach (var update in new ChatClient("gpt-5-mini", Key, Options()).CompleteChatStreamingAsync([new UserChatMessage("Tell me about the moon.")], cancellationToken: Token))
        {
            foreach (var part in update.ContentUpdate)
                text.Append(part.Text);
            finished |= update.FinishReason == ChatFinishReason.Stop;
        }

        Assert.StartsWith("[simulated]", text.ToString(), StringComparison.Ordinal);
        Assert.True(finished);
    }

    [Fact]
    public async Task Calls_a_forced_tool()
    {
        var tool = ChatTool.CreateFunctionTool("weather", "the weather", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""));

        ChatCompletion completion = await new ChatClient("gpt-5-mini", Key, Options()).CompleteChatAsync(
            [new UserChatMessage("weather in Oslo")], new ChatCompletionOptions { Tools = { tool }, ToolChoice = ChatToolChoice.CreateFunctionChoice("weather") }, Token);

        var call = Assert.Single(completion.ToolCalls);
        Assert.Equal("weather", call.FunctionName);
        using var arguments = JsonDocument.Parse(call.FunctionArguments);
        Assert.Equal(JsonValueKind.String, arguments.RootElement.GetProperty("city").ValueKind);
    }

    [Fact]
    public async Task Answers_a_json_schema()
    {
        var format = ChatResponseFormat.CreateJsonSchemaFormat(
            "label", BinaryData.FromString("""{"type":"object","properties":{"label":{"type":"string","enum":["billing","shipping"]}},"required":["label"],"additionalProperties":false}"""), jsonSchemaIsStrict: true);

        ChatCompletion completion = await new ChatClient("gpt-5-mini", Key, Options()).CompleteChatAsync(
            [new UserChatMessage("you charged my card twice")], new ChatCompletionOptions { ResponseFormat = format }, Token);

        Assert.Equal("""{"label":"billing"}""", completion.Content[0].Text);
    }

    [Fact]
    public async Task Creates_a_response()
    {
        var client = new ResponsesClient(Key, ResponsesOptions());

        ResponseResult response = await client.CreateResponseAsync("gpt-5-mini", "Tell me about the moon.", cancellationToken: Token);

        Assert.StartsWith("[simulated]", response.GetOutputText(), StringComparison.Ordinal);
        Assert.Equal(ResponseStatus.Completed, response.Status);
        Assert.True(response.Usage.InputTokenCount > 0);
    }

    [Fact]
    public async Task Streams_a_response()
    {
        var client = new ResponsesClient(Key, ResponsesOptions());
        var text = new StringBuilder();
        ResponseResult? completed = null;

        await foreach (var update in await client.CreateResponseStreamingAsync("gpt-5-mini", "Tell me about the moon.", cancellationToken: Token))
        {
            if (update is StreamingResponseOutputTextDeltaUpdate delta)
                text.Append(delta.Delta);
            if (update is StreamingResponseCompletedUpdate done)
                completed = done.Response;
        }

        Assert.StartsWith("[simulated]", text.ToString(), StringComparison.Ordinal);
        Assert.Equal(text.ToString(), completed?.GetOutputText());
    }

    [Fact]
    public async Task Embeds()
    {
        var client = new EmbeddingClient("text-embedding-3-small", Key, Options());

        OpenAIEmbeddingCollection embeddings = await client.GenerateEmbeddingsAsync(["one text", "another"], new EmbeddingGenerationOptions { Dimensions = 64 }, Token);

        Assert.Equal(2, embeddings.Count);
        Assert.Equal(64, embeddings[1].ToFloats().Length);
        Assert.True(embeddings.Usage.InputTokenCount > 0);
    }

    [Fact]
    public async Task Makes_an_image()
    {
        var client = new ImageClient("gpt-image-1", Key, Options());

        GeneratedImage image = await client.GenerateImageAsync("a red fox", cancellationToken: Token);

        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], image.ImageBytes.ToArray()[..4]);
    }

    [Fact]
    public async Task Runs_a_batch_from_upload_to_download()
    {
        var files = new OpenAIFileClient(Key, Options());
        var batches = new BatchClient(Key, BatchOptions());
        OpenAIFile file = await files.UploadFileAsync(new MemoryStream(Encoding.UTF8.GetBytes(BatchLines(5))), Given.Batch, FileUploadPurpose.Batch, Token);
        using var create = BinaryContent.Create(BinaryData.FromString(
            $$$"""{"input_file_id":"{{{file.Id}}}","endpoint":"/v1/chat/completions","completion_window":"24h","metadata":{"job":"42"}}"""));

        var operation = await batches.CreateBatchAsync(create, waitUntilCompleted: false);
        _time.Advance(TimeSpan.FromHours(1));
        var rehydrated = await CreateBatchOperation.RehydrateAsync(batches, operation.BatchId, Token);
        var result = await rehydrated.GetBatchAsync(null);
        using var batch = JsonDocument.Parse(result.GetRawResponse().Content);

        Assert.Equal("completed", batch.RootElement.GetProperty("status").GetString());
        Assert.Equal(5, batch.RootElement.GetProperty("request_counts").GetProperty("completed").GetInt32());
        Assert.Equal("42", batch.RootElement.GetProperty("metadata").GetProperty("job").GetString());
        BinaryData output = await files.DownloadFileAsync(batch.RootElement.GetProperty("output_file_id").GetString(), Token);
        var ids = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(CustomId).Order(StringComparer.Ordinal);
        Assert.Equal(["item-0", "item-1", "item-2", "item-3", "item-4"], ids);
        Assert.Equal(5, _host.World.Bill.Lines.Count(l => l.Kind == "batch"));
    }

    [Fact]
    public async Task Lists_and_cancels_batches()
    {
        var files = new OpenAIFileClient(Key, Options());
        var batches = new BatchClient(Key, BatchOptions());
        OpenAIFile file = await files.UploadFileAsync(BinaryData.FromString(BatchLines(3)), Given.Batch, FileUploadPurpose.Batch);
        using var create = BinaryContent.Create(BinaryData.FromString(
            $$"""{"input_file_id":"{{file.Id}}","endpoint":"/v1/chat/completions","completion_window":"24h"}"""));
        var operation = await batches.CreateBatchAsync(create, waitUntilCompleted: false);

        await operation.CancelAsync(null);
        _time.Advance(TimeSpan.FromHours(1));

        var states = new List<string?>();
        await foreach (var page in batches.GetBatchesAsync(null, 10, new RequestOptions { CancellationToken = Token }).GetRawPagesAsync())
        {
            using var json = JsonDocument.Parse(page.GetRawResponse().Content);
            states.AddRange(json.RootElement.GetProperty("data").EnumerateArray().Select(b => b.GetProperty("status").GetString()));
        }

        Assert.Equal(["cancelled"], states);
    }

    [Fact]
    public async Task Gets_lists_and_deletes_files()
    {
        var files = new OpenAIFileClient(Key, Options());
        OpenAIFile file = await files.UploadFileAsync(BinaryData.FromString(BatchLines(1)), Given.Batch, FileUploadPurpose.Batch);

        OpenAIFile again = await files.GetFileAsync(file.Id, Token);
        OpenAIFileCollection listed = await files.GetFilesAsync(FilePurpose.Batch, Token);
        FileDeletionResult deleted = await files.DeleteFileAsync(file.Id, Token);

        Assert.Equal(Given.Batch, again.Filename);
        Assert.Contains(listed, f => f.Id == file.Id);
        Assert.True(deleted.Deleted);
        await Assert.ThrowsAsync<ClientResultException>(() => files.GetFileAsync(file.Id, Token));
    }

    [Fact]
    public async Task Refuses_the_wrong_key_with_401()
    {
        var client = new ChatClient("gpt-5-mini", new ApiKeyCredential("wrong-key"), Options());

        var refusal = await Assert.ThrowsAsync<ClientResultException>(() => client.CompleteChatAsync([new UserChatMessage("hello")], cancellationToken: Token));

        Assert.Equal(401, refusal.Status);
    }

    private static string BatchLines(int count) => string.Concat(Enumerable.Range(0, count).Select(i =>
        $$$"""{"custom_id":"item-{{{i}}}","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-5-mini","messages":[{"role":"user","content":"question {{{i}}}"}]}}""" + "\n"));

    private static string? CustomId(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("custom_id").GetString();
    }

    private OpenAIClientOptions Options() => new() { Endpoint = _host.AddressOf("openai"), RetryPolicy = new ClientRetryPolicy(0) };

    private BatchClientOptions BatchOptions() => new() { Endpoint = _host.AddressOf("openai"), RetryPolicy = new ClientRetryPolicy(0) };

    private ResponsesClientOptions ResponsesOptions() => new() { Endpoint = _host.AddressOf("openai"), RetryPolicy = new ClientRetryPolicy(0) };
}
