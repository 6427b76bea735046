using Azure.Core;
using Parsimony.Providers;
using Parsimony.Providers.Aws;
using Parsimony.Providers.Azure;
using Parsimony.Providers.Google;
using Parsimony.Sandbox.Model;

namespace Parsimony.EndToEnd.Tests;

/// <summary>Who can be bought from in a schedule: providers by their own rules and wire, and the models that are asked for.</summary>
internal sealed class SimulatedMarket
{
    private readonly ProviderId[] _ids;
    private readonly Func<ProviderId, ProviderKind> _kindOf;

    private SimulatedMarket(string name, string[] models, Func<ProviderId, ProviderKind> kindOf, int fewest = 3)
    {
        (Name, Models, FewestRequests, _kindOf) = (name, models, fewest, kindOf);
        _ids = [.. models.Select(model => ModelId.Parse(model).Provider).Distinct()];
    }

    /// <summary>The two providers whose rules differ most, side by side.</summary>
    public static SimulatedMarket Two { get; } = new(
        "openAI and anthropic",
        ["openAI/gpt-5-mini", "openAI/gpt-4o-mini", "anthropic/claude-haiku-4-5-20251001", "anthropic/claude-sonnet-4-5-20250929"],
        Find);

    /// <summary>Every provider on its own.</summary>
    public static IReadOnlyList<SimulatedMarket> Each { get; } =
    [
        Of("anthropic/claude-haiku-4-5-20251001", "anthropic/claude-sonnet-4-5-20250929"),
        Of("openAI/gpt-5-mini", "openAI/gpt-4o-mini"),
        Of("azureOpenAI/gpt-5-mini", "azureOpenAI/gpt-4.1-mini"),
        new("azureOpenAI by blobs", ["azureOpenAI/gpt-5-mini", "azureOpenAI/gpt-4.1-mini"], _ => MakeBlobs()),
        Of("gemini/gemini-3.8-flash", "gemini/gemini-2.5-flash"),
        new("vertexAI", ["vertexAI/gemini-3.8-flash", "vertexAI/claude-haiku-4-5@20251001"], _ => GoogleProviders.VertexAI),
        // No batch of fewer than a hundred there.
        new("bedrock", ["bedrock/amazon.nova-lite-v1:0"], _ => AwsProviders.Bedrock, fewest: 180),
        Of("mistral/mistral-small-2603"),
        Of("groq/openai/gpt-oss-20b"),
        Of("together/meta-llama/Llama-3.3-70B-Instruct-Turbo"),
        Of("fireworks/accounts/fireworks/models/gpt-oss-120b"),
        Of("xai/grok-4.3"),
        Of("cohere/command-a-03-2025"),
        Of("ollama/qwen3:8b"),
        Of("openAICompatible/local-model"),
    ];

    public string Name { get; }

    public string[] Models { get; }

    /// <summary>Fewest requests of a schedule.</summary>
    public int FewestRequests { get; }

    /// <summary>The providers, as a node connects to them.</summary>
    public IReadOnlyList<IProvider> Connect(HttpClient http, TimeProvider clock) => [.. _ids.Select(id => _kindOf(id).Create(ConnectionOf(id), http, clock))];

    public override string ToString() => Name;

    private static SimulatedMarket Of(params string[] models) => new(ModelId.Parse(models[0]).Provider.Value, models, Find);

    private static ProviderKind Find(ProviderId id) => ProviderFactory.Find(id) ?? throw new InvalidOperationException($"{id} is not built in.");

    /// <summary>Azure OpenAI by tokens, which go over TLS alone, with its batches in a storage account.</summary>
    private static ProviderKind MakeBlobs()
    {
        var kind = AzureProviders.OpenAI(new AnyToken());
        var place = new CloudPlace { Storage = new Uri("https://acme.blob.core.windows.net/acme/batches"), StorageEndpoint = new Uri("https://azblob.sandbox") };
        return kind with
        {
            Create = (connection, http, clock) => kind.Create(connection with { ApiKey = "", Endpoint = new Uri("https://azureopenai.sandbox"), Cloud = place }, http, clock),
        };
    }

    private static ProviderConnection ConnectionOf(ProviderId id)
    {
        var twin = id.Value.ToLowerInvariant();
        return new ProviderConnection
        {
            ApiKey = id == ProviderId.Bedrock ? "sandbox:sandbox-secret" : "simulated",
            Endpoint = new Uri($"http://{twin}.sandbox{SandboxWorld.ClientPathOf(twin)}"),
            Cloud = PlaceOf(id),
        };
    }

    private static CloudPlace? PlaceOf(ProviderId id) =>
        id == ProviderId.Fireworks ? new CloudPlace { Account = "acme" }
        : id == ProviderId.VertexAI ? new CloudPlace
        {
            Account = "acme-1",
            Location = "europe-west4",
            Storage = new Uri("gs://bucket/batches"),
            StorageEndpoint = new Uri("http://gcs.sandbox"),
        }
        : id == ProviderId.Bedrock ? new CloudPlace
        {
            Location = "us-east-1",
            Storage = new Uri("s3://bucket/batches"),
            StorageEndpoint = new Uri("http://s3.sandbox"),
            Role = "arn:aws:iam::000000000000:role/batch",
        }
        : null;

    private sealed class AnyToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("simulated", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
