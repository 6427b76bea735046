using Parsimony.Providers;
using Parsimony.Providers.Aws;
using Parsimony.Providers.Google;

namespace Parsimony.Bench;

/// <summary>Every provider there is, with a chat model of its and a way to make it that goes nowhere but to a handler.</summary>
internal static class DialectSubjects
{
    private static readonly Uri Nowhere = new("http://localhost:9");

    /// <summary>What each provider is asked, and in whose words it answers.</summary>
    public static IReadOnlyList<(ProviderId Id, string Model, AnswerShape Shape)> All { get; } =
    [
        (ProviderId.OpenAI, "gpt-4.1-mini", AnswerShape.OpenAI),
        (ProviderId.AzureOpenAI, "gpt-4.1-mini", AnswerShape.OpenAI),
        (ProviderId.Groq, "openai/gpt-oss-20b", AnswerShape.OpenAI),
        (ProviderId.Together, "meta-llama/Llama-3.3-70B-Instruct-Turbo", AnswerShape.OpenAI),
        (ProviderId.Xai, "grok-4.3", AnswerShape.OpenAI),
        (ProviderId.Mistral, "mistral-small-2603", AnswerShape.OpenAI),
        (ProviderId.Fireworks, "accounts/fireworks/models/gpt-oss-120b", AnswerShape.OpenAI),
        (ProviderId.OpenAICompatible, "local-model", AnswerShape.OpenAI),
        (ProviderId.Anthropic, "claude-haiku-4-5-20251001", AnswerShape.Anthropic),
        (ProviderId.Bedrock, "global.anthropic.claude-haiku-4-5-20251001-v1:0", AnswerShape.Bedrock),
        (ProviderId.Gemini, "gemini-2.5-flash", AnswerShape.Gemini),
        (ProviderId.VertexAI, "gemini-2.5-flash", AnswerShape.Gemini),
        (ProviderId.Cohere, "command-a-03-2025", AnswerShape.Cohere),
        (ProviderId.Ollama, "qwen3:8b", AnswerShape.Ollama),
    ];

    /// <summary>Makes a provider whose calls a handler answers.</summary>
    public static IProvider Create(ProviderId id, HttpClient http) =>
        Kind(id).Create(new ProviderConnection { ApiKey = id == ProviderId.Bedrock ? "id:secret" : "key", Endpoint = Nowhere, Cloud = Place(id, Nowhere) }, http, TimeProvider.System);

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
}
