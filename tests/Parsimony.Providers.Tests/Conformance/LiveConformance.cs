using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Tests;

/// <summary>What every provider's live calls must do, against its simulated twin.</summary>
public abstract class LiveConformance : IDisposable
{
    private static readonly JsonElement Weather = JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}""");

    private ProviderScene? _scene;

    /// <summary>Whom this is about.</summary>
    protected abstract ProviderSubject Subject { get; }

    private protected ProviderScene Scene => _scene ??= new ProviderScene(Subject);

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void It_takes_as_many_calls_at_a_time_as_its_connection_says() => Assert.Equal(ProviderScene.MaxParallelCalls, Scene.Provider.MaxParallelCalls);

    [Fact]
    public async Task A_live_call_is_answered_and_says_what_is_billed()
    {
        var answer = await Scene.AnswerAsync(Scene.Chat("What is the capital of Norway?"));

        Assert.NotEmpty(Scene.Provider.ReadChat(answer.Body).Text);
        Assert.Equal("stop", answer.FinishReason);
        Assert.Equal(Subject.NamesModel, answer.Model is not null);
        Scene.AssertBilled([answer]);
    }

    [Fact]
    public async Task A_stream_says_the_same_as_a_whole_answer()
    {
        using var client = Scene.Provider.CreateChatClient(Subject.Model);

        var whole = await client.GetResponseAsync("What is the capital of Norway?", cancellationToken: Token);
        var streamed = await client.GetStreamingResponseAsync("What is the capital of Norway?", cancellationToken: Token).ToChatResponseAsync(Token);

        Assert.NotEmpty(streamed.Text);
        Assert.Equal((whole.FinishReason, whole.Usage?.InputTokenCount), (streamed.FinishReason, streamed.Usage?.InputTokenCount));
        Assert.Equal(Scene.World.Bill.Lines.Sum(line => line.Usage.Output), whole.Usage?.OutputTokenCount + streamed.Usage?.OutputTokenCount);
    }

    [Fact]
    public async Task A_chat_names_the_model_that_was_asked_and_hears_a_factory_of_members()
    {
        using var client = Scene.Provider.CreateChatClient(Subject.Model);
        List<IChatClient> asked = [];
        var options = new ChatOptions
        {
            RawRepresentationFactory = whom =>
            {
                asked.Add(whom);
                return new JsonObject();
            },
        };

        var whole = await client.GetResponseAsync("What is the capital of Norway?", options, Token);
        var streamed = await client.GetStreamingResponseAsync("What is the capital of Norway?", options, Token).ToChatResponseAsync(Token);

        Assert.Equal([client, client], asked);
        Assert.NotEmpty(whole.ModelId ?? "");
        Assert.NotEmpty(streamed.ModelId ?? "");
    }

    [Fact]
    public async Task A_tool_that_must_be_called_is_called()
    {
        var tool = AIFunctionFactory.CreateDeclaration("weather", "The weather of a city.", Weather);

        var answer = await Scene.AnswerAsync(Scene.Chat("Weather in Oslo?", options => (options.Tools, options.ToolMode) = ([tool], ChatToolMode.RequireSpecific("weather"))));
        using var client = Scene.Provider.CreateChatClient(Subject.Model);
        var streamed = await client.GetStreamingResponseAsync(
            "Weather in Oslo?", new ChatOptions { Tools = [tool], ToolMode = ChatToolMode.RequireSpecific("weather") }, Token).ToChatResponseAsync(Token);

        Assert.Equal("tool_calls", answer.FinishReason);
        var calls = Scene.Provider.ReadChat(answer.Body).Messages.Concat(streamed.Messages).SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList();
        Assert.Equal(2, calls.Count);
        Assert.All(calls, call => Assert.Equal("weather", call.Name));
        Assert.All(calls, call => Assert.True(call.Arguments!.ContainsKey("city")));
    }

    [Fact]
    public async Task An_answer_of_a_schema_is_one()
    {
        var answer = await Scene.AnswerAsync(Scene.Chat("Weather in Oslo?", options => options.ResponseFormat = ChatResponseFormat.ForJsonSchema(Weather, "weather")));

        Assert.Equal(JsonValueKind.String, JsonElement.Parse(Scene.Provider.ReadChat(answer.Body).Text).GetProperty("city").ValueKind);
    }

    [Fact]
    public async Task A_wrong_key_is_one_clear_failure_after_one_call()
    {
        using var scene = new ProviderScene(Subject, Subject.WrongKey);

        var failure = Assert.IsType<LiveOutcome.Refused>(await scene.SendAsync(scene.Chat())).Failure;

        Assert.True(failure.IsCredential, failure.ToString());
        Assert.False(failure.CanRetry);
        Assert.Single(scene.Calls);
    }

    [Fact]
    public async Task A_lost_reply_is_uncertain_and_was_billed()
    {
        Scene.Fault("live_reply_lost");

        Assert.IsType<LiveOutcome.Uncertain>(await Scene.SendAsync(Scene.Chat()));
        Assert.Single(Scene.World.Bill.Lines);
    }

    [Fact]
    public async Task A_call_that_comes_too_soon_says_when_to_come_again()
    {
        Scene.Fault("rate_limited", more: ""","value":7""");

        var failure = Assert.IsType<LiveOutcome.Refused>(await Scene.SendAsync(Scene.Chat())).Failure;

        Assert.Equal((FailureCause.RateLimited, TimeSpan.FromSeconds(7)), (failure.Cause, failure.RetryAfter));
    }

    [Fact]
    public async Task A_server_that_fails_leaves_the_bill_uncertain()
    {
        Scene.Fault("server_error");

        var failure = Assert.IsType<LiveOutcome.Uncertain>(await Scene.SendAsync(Scene.Chat())).Failure;

        Assert.Equal((FailureCause.ServerError, true), (failure.Cause, failure.CanRetry));
    }

    [Fact]
    public async Task Calls_streams_and_lost_replies_are_the_same_over_TLS_and_HTTP2()
    {
        var (scene, host) = await ProviderScene.OverTlsAsync(Subject);
        await using var running = host;
        using var secure = scene;
        using var client = secure.Provider.CreateChatClient(Subject.Model);

        var answer = await secure.AnswerAsync(secure.Chat("What is the capital of Norway?"));
        var streamed = await client.GetStreamingResponseAsync("What is the capital of Norway?", cancellationToken: Token).ToChatResponseAsync(Token);
        secure.Fault("live_reply_lost");
        var lost = await secure.SendAsync(secure.Chat());

        Assert.NotEmpty(secure.Provider.ReadChat(answer.Body).Text);
        Assert.NotEmpty(streamed.Text);
        Assert.IsType<LiveOutcome.Uncertain>(lost);
        Assert.Equal(3, secure.World.Bill.Lines.Count);
    }

    public void Dispose()
    {
        _scene?.Dispose();
        GC.SuppressFinalize(this);
    }
}
