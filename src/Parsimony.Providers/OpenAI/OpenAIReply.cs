using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Reads small reply bodies.</summary>
internal static class OpenAIReply
{
    /// <summary>What a body says; null when it is not JSON or lacks what is asked.</summary>
    public static T? Parse<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
