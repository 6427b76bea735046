using System.Text.Json;

namespace Parsimony.Providers.Google;

/// <summary>Errors of Google's, and of Anthropic's models behind Google.</summary>
internal sealed class VertexErrorReader : IErrorReader
{
    public static VertexErrorReader Instance { get; } = new();

    /// <inheritdoc/>
    public ProviderFailure Read(FailureStage stage, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter) => IsAnthropic(body)
        ? AnthropicErrorReader.Instance.Read(stage, status, body, retryAfter)
        : GeminiErrorReader.Instance.Read(stage, status, body, retryAfter);

    private static bool IsAnthropic(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Object("error") is { } error && error.Text("type") is not null && error.Text("status") is null;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
