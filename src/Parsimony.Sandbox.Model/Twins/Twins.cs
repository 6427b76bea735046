namespace Parsimony.Sandbox.Model;

/// <summary>Every simulated provider.</summary>
internal static class Twins
{
    public static IReadOnlyList<Twin> All { get; } =
    [
        OpenAIShapes.OpenAI,
        OpenAIShapes.AzureOpenAI,
        OpenAIShapes.Groq,
        OpenAIShapes.Together,
        OllamaApi.Twin,
        CohereApi.Twin,
        OpenAIShapes.OpenAICompatible,
        AnthropicApi.Twin,
        BedrockApi.Twin,
        S3Api.Twin,
        AzureBlobApi.Twin,
        MistralApi.Twin,
        XaiApi.Twin,
        FireworksApi.Twin,
        GeminiApi.Twin,
        VertexApi.Twin,
        GcsApi.Twin,
    ];

    /// <summary>The names as an error lists them.</summary>
    public static string Names => string.Join(", ", All.Select(twin => twin.Name));

    public static Twin? Find(string name) => All.FirstOrDefault(twin => twin.Name == name);

    /// <summary>How the batches of a provider go.</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    public static BatchHabits HabitsOf(string provider) =>
        Find(provider)?.Batches ?? throw new InvalidOperationException($"'{provider}' has no batches.");
}
