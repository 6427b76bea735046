namespace Parsimony.Sandbox.Model;

/// <summary>The providers that serve OpenAI's files and batches.</summary>
internal static class OpenAIShapes
{
    /// <summary>OpenAI itself (https://developers.openai.com/api/docs/guides/batch, read 2026-11-20).</summary>
    public static Twin OpenAI { get; } = new OpenAIShape
    {
        Name = "openai",
        AdminKeyPrefix = "sk-admin-",
        QueueTokens = static options => options.OpenAIQueueTokens,
        MaxCreatesPerHour = 2_000,
        Models = ["gpt-5-mini", "gpt-5-nano", "gpt-5", "gpt-4.1-mini", "gpt-image-1", "text-embedding-3-large", "text-embedding-3-small"],
    }.Twin(new ChatEndpoint("openai"), new ResponsesEndpoint("openai"), new EmbeddingsEndpoint("openai"), new ImagesEndpoint("openai"));
}
