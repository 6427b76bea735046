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

    /// <summary>Groq: cursors for pages, several models a file (https://console.groq.com/docs/batch, read 2026-11-20).</summary>
    public static Twin Groq { get; } = new OpenAIShape
    {
        Name = "groq",
        Root = "/openai/v1",
        OneModel = false,
        Paging = OpenAIPaging.Cursor,
        Window = static word => OpenAIShape.Span(word, TimeSpan.FromHours(24), TimeSpan.FromDays(7)),
        Models = ["openai/gpt-oss-20b", "openai/gpt-oss-120b", "llama-3.3-70b-versatile", "llama-3.1-8b-instant"],
    }.Twin(new ChatEndpoint("groq", refusesNames: true), new ResponsesEndpoint("groq"));

    /// <summary>
    /// Azure OpenAI: nothing expires, an error file always, files that are looked at before they are used
    /// (https://github.com/MicrosoftDocs/azure-ai-docs, batch REST page of 2026-08-14, read 2026-11-20).
    /// </summary>
    public static OpenAIShape Azure { get; } = new()
    {
        Name = "azureopenai",
        Root = "/openai/v1",
        ClassicRoot = "/openai",
        ClientPath = "",
        KeyHeader = "api-key",
        MaxRequests = 100_000,
        NeverExpires = true,
        AlwaysHasErrorFile = true,
        LinesHaveIds = false,
        FilesSettle = true,
        InputLife = null,
        LeastInputLife = TimeSpan.FromDays(14),
        QueueTokens = static options => options.OpenAIQueueTokens,
        RefusesFullQueueAtCreate = true,
        Unbatched = ["/v1/embeddings"],
        TakesBlobs = true,
    };

    /// <summary>The twin of Azure OpenAI.</summary>
    public static Twin AzureOpenAI { get; } = Azure.Twin(new ChatEndpoint("azureopenai"), new ResponsesEndpoint("azureopenai"), new EmbeddingsEndpoint("azureopenai"));

    /// <summary>Together: another upload, lines without urls, a wrapped create, a bare list (https://docs.together.ai/docs/batch-inference.md, read 2026-11-20).</summary>
    public static Twin Together { get; } = new OpenAIShape
    {
        Name = "together",
        MaxBytes = 100L * 1024 * 1024,
        UploadPath = ["files", "upload"],
        Purpose = "batch-api",
        NamesUrl = false,
        Paging = OpenAIPaging.None,
        WriteBatch = TogetherWire.WriteJob,
        CreateMember = "job",
        LinesHaveIds = false,
        Unbatched = ["/v1/embeddings"],
    }.Twin(new ChatEndpoint("together"), new EmbeddingsEndpoint("together"));

    /// <summary>A server that speaks OpenAI's words and has batches (https://docs.doubleword.ai, read 2026-11-20).</summary>
    public static Twin OpenAICompatible { get; } = new OpenAIShape
    {
        Name = "openaicompatible",
        Window = static word => OpenAIShape.Span(word, TimeSpan.FromHours(1), TimeSpan.FromHours(24)),
    }.Twin(new ChatEndpoint("openaicompatible"), new ResponsesEndpoint("openaicompatible"), new EmbeddingsEndpoint("openaicompatible"));
}
