using System.Text;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Anthropic.Models.Messages.Batches;

namespace Parsimony.Sandbox.Tests;

/// <summary>The official Anthropic SDK, unchanged, against the host.</summary>
public sealed class AnthropicSdkTests : IAsyncLifetime
{
    private SandboxHost _host = null!;
    private MovedClock _time = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (_host, _time) = await Given.Host();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Sends_a_message()
    {
        var message = await Client().Messages.Create(Ask("my parcel is late"), Token);

        Assert.True(message.Content[0].TryPickText(out var text));
        Assert.Equal("shipping", text.Text);
        Assert.True(message.Usage.InputTokens > 0);
        Assert.True(message.Usage.OutputTokens > 0);
    }

    [Fact]
    public async Task Sends_a_message_with_a_bearer_token()
    {
        var client = new AnthropicClient { AuthToken = "simulated", BaseUrl = _host.AddressOf("anthropic").ToString(), MaxRetries = 0 };

        var message = await client.Messages.Create(Ask("my parcel is late"), Token);

        Assert.StartsWith("msg_", message.ID, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x-api-key", "simulated")]
    [InlineData("Authorization", "Bearer simulated")]
    public async Task Takes_either_header_for_the_key(string header, string value)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_host.Address, "anthropic/v1/messages"))
        {
            Content = new StringContent("""{"model":"claude-sonnet-5","max_tokens":50,"messages":[{"role":"user","content":"hello"}]}""", Encoding.UTF8, "application/json"),
            Headers = { { header, value }, { "anthropic-version", "2023-06-01" } },
        };

        using var response = await http.SendAsync(request, Token);

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Streams_a_message()
    {
        var text = new StringBuilder();
        var stopped = false;
        await foreach (var part in Client().Messages.CreateStreaming(Ask("my parcel is late"), Token))
        {
            if (part.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece))
                text.Append(piece.Text);
            stopped |= part.TryPickStop(out _);
        }

        Assert.Equal("shipping", text.ToString());
        Assert.True(stopped);
    }

    [Fact]
    public async Task Reports_cache_writes_then_reads_for_a_marked_system_prompt()
    {
        var ask = Ask("my parcel is late") with
        {
            System = new List<TextBlockParam> { new() { Text = string.Join(' ', Enumerable.Repeat("Sort by topic.", 600)), CacheControl = new CacheControlEphemeral() } },
        };

        var first = await Client().Messages.Create(ask, Token);
        var second = await Client().Messages.Create(ask, Token);

        Assert.True(first.Usage.CacheCreationInputTokens > 1_024);
        Assert.Equal(first.Usage.CacheCreationInputTokens, second.Usage.CacheReadInputTokens);
        Assert.Equal(0, second.Usage.CacheCreationInputTokens);
    }

    [Fact]
    public async Task Runs_a_batch_from_create_to_results()
    {
        var client = Client();
        var batch = await client.Messages.Batches.Create(new BatchCreateParams { Requests = [Item("a"), Item("b"), Item("c")] }, Token);
        Assert.True(batch.ProcessingStatus == ProcessingStatus.InProgress);

        _time.Advance(TimeSpan.FromHours(1));
        var ended = await client.Messages.Batches.Retrieve(batch.ID, cancellationToken: Token);
        var ids = new List<string>();
        await foreach (var line in client.Messages.Batches.ResultsStreaming(batch.ID, cancellationToken: Token))
        {
            Assert.True(line.Result.TryPickSucceeded(out _));
            ids.Add(line.CustomID);
        }

        Assert.True(ended.ProcessingStatus == ProcessingStatus.Ended);
        Assert.Equal(3, ended.RequestCounts.Succeeded);
        Assert.Equal(["a", "b", "c"], ids.Order(StringComparer.Ordinal));
        Assert.Equal(3, _host.World.Bill.Lines.Count(l => l.Kind == "batch"));
    }

    [Fact]
    public async Task Lists_and_cancels_batches()
    {
        var client = Client();
        var batch = await client.Messages.Batches.Create(new BatchCreateParams { Requests = [Item("a"), Item("b")] }, Token);

        await client.Messages.Batches.Cancel(batch.ID, cancellationToken: Token);
        _time.Advance(TimeSpan.FromHours(1));
        var page = await client.Messages.Batches.List(new BatchListParams(), Token);

        var listed = Assert.Single(page.Items);
        Assert.Equal(batch.ID, listed.ID);
        Assert.True(listed.ProcessingStatus == ProcessingStatus.Ended);
    }

    [Fact]
    public async Task Refuses_the_wrong_key()
    {
        var client = new AnthropicClient { ApiKey = "wrong-key", BaseUrl = _host.AddressOf("anthropic").ToString(), MaxRetries = 0 };

        await Assert.ThrowsAsync<AnthropicUnauthorizedException>(() => client.Messages.Create(Ask("hello"), Token));
    }

    private static MessageCreateParams Ask(string text) => new()
    {
        Model = "claude-sonnet-5",
        MaxTokens = 100,
        System = "Classify into one of: billing, shipping, login.",
        Messages = [new UserMessageParam { Content = text }],
    };

    private static Request Item(string id) => new()
    {
        CustomID = id,
        Params = new Params { Model = "claude-sonnet-5", MaxTokens = 100, Messages = [new UserMessageParam { Content = $"question {id}" }] },
    };

    private AnthropicClient Client() => new() { ApiKey = "simulated", BaseUrl = _host.AddressOf("anthropic").ToString(), MaxRetries = 0 };
}
