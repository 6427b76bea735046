namespace Parsimony.Providers;

/// <summary>Where calls go (https://docs.cohere.com/reference/chat, read 2026-11-20).</summary>
internal static class CohereEndpoint
{
    /// <summary>Cohere's own address; that of its layer in OpenAI's words is another.</summary>
    public static readonly Uri Own = new("https://api.cohere.com");

    /// <summary>The endpoint of a connection.</summary>
    /// <exception cref="ArgumentException">The key, the address or a header cannot be used; the message says which.</exception>
    public static JsonEndpoint Of(ProviderConnection connection) => new(connection, Own, needsKey: true, Root);

    // Versions differ by call, so the address is below none of them; one that was copied with its version is understood.
    private static string Root(string address) =>
        address.EndsWith("/v1", StringComparison.Ordinal) || address.EndsWith("/v2", StringComparison.Ordinal) ? address[..^3] : address;
}
