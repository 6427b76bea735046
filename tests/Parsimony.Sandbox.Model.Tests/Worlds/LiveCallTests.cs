using System.Text;
using System.Text.Json;

namespace Parsimony.Sandbox.Model.Tests;

public sealed class LiveCallTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("wrong-key")]
    public async Task A_missing_or_wrong_key_is_a_401_of_either_provider(string key)
    {
        foreach (var (provider, path) in new[] { ("openai", "/v1/models"), ("anthropic", "/v1/models") })
            Assert.Equal(401, (await _scene.SendAsync(provider, "GET", path, key: key)).Status);
    }

    [Fact]
    public async Task An_answer_takes_whole_milliseconds_which_is_what_timers_count()
    {
        for (var call = 0; call < 20; call++)
        {
            var response = await _scene.World.HandleAsync(
                "openai",
                new SandboxRequest
                {
                    Method = "POST",
                    Path = "/v1/chat/completions",
                    Query = "",
                    Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Authorization"] = "Bearer key", ["Content-Type"] = "application/json" },
                    Body = new MemoryStream(Encoding.UTF8.GetBytes(Scene.ChatBody($"question {call}"))),
                },
                TestContext.Current.CancellationToken);

            Assert.InRange(response.Latency, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));
            Assert.Equal(0, response.Latency.Ticks % TimeSpan.TicksPerMillisecond);
        }
    }

    [Fact]
    public async Task The_usage_on_the_wire_is_the_usage_on_the_bill()
    {
        var usage = (await _scene.Message("some words to count")).Json.GetProperty("usage");

        var line = Assert.Single(_scene.World.Bill.Lines);
        Assert.Equal(line.Usage.UncachedInput, usage.GetProperty("input_tokens").GetInt64());
        Assert.Equal(line.Usage.Output, usage.GetProperty("output_tokens").GetInt64());
        Assert.Equal((long)(SandboxPrices.Price("anthropic", "claude-sonnet-5", line.Usage, false, line.At) ?? -1), line.AmountPico);
        Assert.True(line.AmountPico > 0);
    }

    [Fact]
    public async Task A_batch_line_costs_half_of_the_same_live_call()
    {
        await _scene.Chat("question 0");
        await _scene.OpenAIBatch(1);
        _scene.Pass(TimeSpan.FromHours(1));

        var lines = _scene.World.Bill.Lines;

        Assert.Equal(lines[0].Usage.TotalInput, lines[1].Usage.TotalInput);
        var live = SandboxPrices.Price("openai", "gpt-5-mini", lines[1].Usage, false, lines[1].At);
        Assert.Equal(live, (Int128)lines[1].AmountPico * 2);
    }

    [Fact]
    public async Task An_equal_question_counts_its_ordinal_whichever_way_it_came()
    {
        var first = (await _scene.Chat("question 0")).Text;
        await _scene.OpenAIBatch(1);
        _scene.Pass(TimeSpan.FromHours(1));
        var third = (await _scene.Chat("question 0")).Text;

        Assert.DoesNotContain("answer", first, StringComparison.Ordinal);
        Assert.Contains("answer 3", third, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_streamed_message_carries_the_text_of_the_whole_one()
    {
        var whole = (await _scene.Message("tell me")).Json.GetProperty("content")[0].GetProperty("text").GetString();
        using var other = new Scene();
        var sent = await other.Anthropic("POST", "/v1/messages", Scene.MessageBody("tell me").Replace("{\"model\"", "{\"stream\":true,\"model\"", StringComparison.Ordinal));

        var text = new StringBuilder();
        foreach (var data in Data(sent))
        {
            if (data.GetProperty("type").GetString() == "content_block_delta")
                text.Append(data.GetProperty("delta").GetProperty("text").GetString());
        }

        Assert.StartsWith("text/event-stream", sent.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(whole, text.ToString());
    }

    [Fact]
    public async Task A_streamed_chat_tells_its_usage_when_asked()
    {
        var sent = await _scene.OpenAI(
            "POST", "/v1/chat/completions", """{"model":"gpt-5-mini","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]}""");

        Assert.EndsWith("data: [DONE]\n\n", sent.Text, StringComparison.Ordinal);
        Assert.True(Data(sent)[^1].GetProperty("usage").GetProperty("total_tokens").GetInt64() > 0);
    }

    [Theory]
    [InlineData("openai", "/v1/chat/completions", "{")]
    [InlineData("openai", "/v1/chat/completions", """{"model":"m"}""")]
    [InlineData("openai", "/v1/responses", """{"model":"m"}""")]
    [InlineData("openai", "/v1/embeddings", """{"model":"m","input":[]}""")]
    [InlineData("openai", "/v1/images/generations", """{"model":"m"}""")]
    [InlineData("anthropic", "/v1/messages", """{"model":"m","messages":[{"role":"user","content":"x"}]}""")]
    [InlineData("anthropic", "/v1/messages", "[]")]
    public async Task A_wrong_body_is_a_400_and_free(string provider, string path, string body)
    {
        Assert.Equal(400, (await _scene.SendAsync(provider, "POST", path, Encoding.UTF8.GetBytes(body))).Status);
        Assert.Empty(_scene.World.Bill.Lines);
    }

    [Fact]
    public async Task Five_cache_marks_are_one_too_many()
    {
        var block = """{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}""";
        var body = $"{{\"model\":\"claude-sonnet-5\",\"max_tokens\":9,\"messages\":[{{\"role\":\"user\",\"content\":[{string.Join(',', Enumerable.Repeat(block, 5))}]}}]}}";

        Assert.Equal(400, (await _scene.Anthropic("POST", "/v1/messages", body)).Status);
    }

    [Fact]
    public async Task Counting_tokens_agrees_with_the_bill_and_is_free()
    {
        var counted = (await _scene.Anthropic("POST", "/v1/messages/count_tokens", Scene.MessageBody("count these words"))).Json.GetProperty("input_tokens").GetInt64();
        Assert.Empty(_scene.World.Bill.Lines);

        await _scene.Message("count these words");

        Assert.Equal(counted, _scene.World.Bill.Lines[0].Usage.TotalInput);
    }

    [Fact]
    public async Task Embeddings_come_as_numbers_or_as_bytes()
    {
        var numbers = (await _scene.OpenAI("POST", "/v1/embeddings", """{"model":"text-embedding-3-small","input":"a","dimensions":8}""")).Json;
        var bytes = (await _scene.OpenAI("POST", "/v1/embeddings", """{"model":"text-embedding-3-small","input":"a","dimensions":8,"encoding_format":"base64"}""")).Json;

        var vector = numbers.GetProperty("data")[0].GetProperty("embedding").EnumerateArray().Select(n => n.GetSingle()).ToArray();
        var packed = bytes.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64();

        Assert.Equal(vector, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(packed).ToArray());
    }

    [Fact]
    public async Task Equal_worlds_give_equal_answers_and_bills()
    {
        var bills = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            using var scene = new Scene(new SandboxOptions { Seed = 7 });
            await scene.OpenAIBatch(30);
            await scene.AnthropicBatch(30);
            await scene.Chat("x");
            scene.Pass(TimeSpan.FromHours(1));
            bills.Add(string.Join('\n', scene.World.Bill.Lines));
        }

        Assert.Equal(bills[0], bills[1]);
    }

    [Fact]
    public async Task An_unknown_path_is_a_404()
    {
        Assert.Equal(404, (await _scene.OpenAI("GET", "/v1/unicorns")).Status);
    }

    private static List<JsonElement> Data(Sent sent) =>
        [.. sent.Lines.Where(l => l.StartsWith("data: {", StringComparison.Ordinal)).Select(l => JsonElement.Parse(Encoding.UTF8.GetBytes(l[6..])))];
}
