using System.ClientModel.Primitives;
using System.Net;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using OpenAI;
using OpenAI.Chat;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Sandbox.Tests;
using Parsimony.Testing;

namespace Parsimony.Providers.Azure.Tests;

/// <summary>The clouds' own token policies, unchanged, against the sandbox: they send no token over plain http.</summary>
public sealed class AzureTokenPolicyTests : IAsyncLifetime
{
    private const string Body = """{"model":"gpt-5-mini","messages":[{"role":"user","content":"hello"}]}""";

    private readonly FixedCredential _credential = new("t", new ManualClock(TimeProvider.System.GetUtcNow()));
    private SandboxHost _host = null!;
    private HttpClient _http = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await SandboxHost.StartAsync(
            new SandboxHostOptions { TlsPort = 0, Model = new SandboxOptions { LiveLatencyMin = TimeSpan.Zero, LiveLatencyMax = TimeSpan.Zero } }, Token);
        _http = new HttpClient(new TrustedHandler(_host.CertificatePem!, HttpVersion.Version20));
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _host.DisposeAsync();
    }

    [Fact]
    public async Task Azure_Cores_bearer_policy_sends_its_token_over_TLS_only()
    {
        var pipeline = HttpPipelineBuilder.Build(
            new PlainOptions { Transport = new HttpClientTransport(_http) }, new BearerTokenAuthenticationPolicy(_credential, EntraAuthorizer.OpenAIScope));

        using var answered = await SendAsync(pipeline, _host.SecureAddressOf("azureopenai"));
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => SendAsync(pipeline, _host.AddressOf("azureopenai")));

        Assert.Equal(200, answered.Status);
        using var answer = JsonDocument.Parse(answered.Content);
        Assert.NotEmpty(answer.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!);
        Assert.Contains("TLS", refusal.Message, StringComparison.Ordinal);
        Assert.Equal([EntraAuthorizer.OpenAIScope], _credential.Scopes);
    }

    [Fact]
    public async Task OpenAIs_own_client_chats_and_streams_with_an_Entra_credential()
    {
        var client = new ChatClient(
            "gpt-5-mini",
            new BearerTokenPolicy(_credential, EntraAuthorizer.OpenAIScope),
            new OpenAIClientOptions { Endpoint = new Uri(_host.SecureAddressOf("azureopenai") + "/openai/v1"), Transport = new HttpClientPipelineTransport(_http), RetryPolicy = new ClientRetryPolicy(0) });
        var streamed = new StringBuilder();

        ChatCompletion answer = await client.CompleteChatAsync([new UserChatMessage("hello")], cancellationToken: Token);
        await foreach (var update in client.CompleteChatStreamingAsync([new UserChatMessage("hello")], cancellationToken: Token))
        {
            streamed.AppendJoin("", update.ContentUpdate.Select(part => part.Text));
        }

        Assert.NotEmpty(answer.Content[0].Text);
        Assert.NotEmpty(streamed.ToString());
        Assert.Equal(2, _host.World.Bill.Lines.Count);
    }

    private static async Task<Response> SendAsync(HttpPipeline pipeline, Uri root)
    {
        // Not disposed here: it would take its response with it.
        var message = pipeline.CreateMessage();
        message.Request.Method = RequestMethod.Post;
        message.Request.Uri.Reset(new Uri(root + "/openai/v1/chat/completions"));
        message.Request.Headers.Add("Content-Type", "application/json");
        message.Request.Content = RequestContent.Create(BinaryData.FromString(Body));
        await pipeline.SendAsync(message, Token);
        return message.Response;
    }

    private sealed class PlainOptions : ClientOptions;
}
