using Parsimony.Providers;
using Parsimony.Providers.Aws;
using Parsimony.Providers.Google;

namespace Parsimony.Bench;

/// <summary>Every provider there is, with a chat model of its and a way to make it that goes nowhere but to a handler.</summary>
internal static class DialectSubjects
{
    private static readonly Uri Nowhere = new("https://localhost:9");

    /// <summary>What each provider is asked, and in whose words it answers: its words alone, and again with the signature where one is computed from what is sent.</summary>
    public static IReadOnlyList<DialectSubject> All { get; } =
    [
        new(ProviderId.OpenAI, "gpt-4.1-mini", AnswerShape.OpenAI),
        new(ProviderId.AzureOpenAI, "gpt-4.1-mini", AnswerShape.OpenAI),
        new(ProviderId.Groq, "openai/gpt-oss-20b", AnswerShape.OpenAI),
        new(ProviderId.Together, "meta-llama/Llama-3.3-70B-Instruct-Turbo", AnswerShape.OpenAI),
        new(ProviderId.Xai, "grok-4.3", AnswerShape.OpenAI),
        new(ProviderId.Mistral, "mistral-small-2603", AnswerShape.OpenAI),
        new(ProviderId.Fireworks, "accounts/fireworks/models/gpt-oss-120b", AnswerShape.OpenAI),
        new(ProviderId.OpenAICompatible, "local-model", AnswerShape.OpenAI),
        new(ProviderId.Anthropic, "claude-haiku-4-5-20251001", AnswerShape.Anthropic),
        new(ProviderId.Bedrock, "global.anthropic.claude-haiku-4-5-20251001-v1:0", AnswerShape.Bedrock),
        new(ProviderId.Bedrock, "global.anthropic.claude-haiku-4-5-20251001-v1:0", AnswerShape.Bedrock, IsSigned: true),
        new(ProviderId.Gemini, "gemini-2.5-flash", AnswerShape.Gemini),
        new(ProviderId.VertexAI, "gemini-2.5-flash", AnswerShape.Gemini),
        new(ProviderId.Cohere, "command-a-03-2025", AnswerShape.Cohere),
        new(ProviderId.Ollama, "qwen3:8b", AnswerShape.Ollama),
    ];

    /// <summary>Makes a provider whose calls a handler answers.</summary>
    public static IProvider Create(ProviderId id, HttpClient http, bool isSigned = true) => Kind(id).Create(
        new ProviderConnection
        {
            ApiKey = id == ProviderId.Bedrock ? "id:secret" : "key",
            Endpoint = Nowhere,
            Cloud = Place(id, Nowhere),
            Authorizer = id == ProviderId.Bedrock && !isSigned ? new NoSignature() : null,
        },
        http,
        TimeProvider.System);

    /// <summary>How a provider is made.</summary>
    public static ProviderKind Kind(ProviderId id) =>
        ProviderFactory.Kinds.Append(AwsProviders.Bedrock).Append(GoogleProviders.VertexAI).First(kind => kind.Id == id);

    /// <summary>Its place in a cloud, where it has one.</summary>
    public static CloudPlace? Place(ProviderId id, Uri store) =>
        id == ProviderId.Fireworks ? new CloudPlace { Account = "bench" }
        : id == ProviderId.Bedrock ? new CloudPlace { Location = "us-east-1", Storage = new Uri("s3://bench/work"), StorageEndpoint = store, Role = "arn:aws:iam::000000000000:role/bench" }
        : id == ProviderId.VertexAI ? new CloudPlace { Account = "bench", Location = "us-central1", Storage = new Uri("gs://bench/work"), StorageEndpoint = store }
        : id == ProviderId.AzureOpenAI ? new CloudPlace { Storage = new Uri("https://bench.blob.core.windows.net/bench/work"), StorageEndpoint = store }
        : null;

    private sealed class NoSignature : IRequestAuthorizer
    {
        public ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}

/// <summary>A provider, a chat model of its, the shape of its answers, and whether what is sent is signed.</summary>
internal sealed record DialectSubject(ProviderId Id, string Model, AnswerShape Shape, bool IsSigned = false)
{
    /// <summary>What its row is called.</summary>
    public string Name => IsSigned ? $"{Id.Value}, signed" : Id.Value;
}
