namespace Parsimony.Providers;

/// <summary>Where calls go (https://github.com/ollama/ollama/blob/main/docs/api.md, read 2026-11-20).</summary>
internal static class OllamaEndpoint
{
    /// <summary>Where a server of one's own listens.</summary>
    public static readonly Uri Local = new("http://localhost:11434");

    /// <summary>The endpoint of a connection. A server of one's own ignores a key; the cloud asks for it.</summary>
    /// <exception cref="ArgumentException">The key, the address or a header cannot be used; the message says which.</exception>
    public static JsonEndpoint Of(ProviderConnection connection) => new(connection, Local, needsKey: false, Root);

    // Written with and without the root of the API: the cloud's pages name https://ollama.com/api.
    private static string Root(string address) => address.EndsWith("/api", StringComparison.Ordinal) ? address : $"{address}/api";
}
