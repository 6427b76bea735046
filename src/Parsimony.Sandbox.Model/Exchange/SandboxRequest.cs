namespace Parsimony.Sandbox.Model;

/// <summary>One HTTP request to a simulated provider, free of HTTP types.</summary>
public sealed record SandboxRequest
{
    /// <summary>GET, POST, PATCH or DELETE, in capitals.</summary>
    public required string Method { get; init; }

    /// <summary>Path below the provider's root, decoded, e.g. <c>/v1/batches</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Query string with or without its question mark; empty when there is none.</summary>
    public string Query { get; init; } = "";

    /// <summary>The whole address as the client wrote it, escapes kept, for providers whose calls are signed; empty when nobody knows it, and then no signature can be right.</summary>
    public string Target { get; init; } = "";

    /// <summary>Headers; the dictionary must compare names without regard to case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The body, read once and forward only.</summary>
    public Stream Body { get; init; } = Stream.Null;

    // A client behind the host reaches what it is told of where it reached the provider; null when there is no host.
    internal string? RootOf(string provider) => Header("Host") is { Length: > 0 } host
        ? $"{(Target.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? "https" : "http")}://{host}/{provider}"
        : null;

    internal string? Header(string name) => Headers.TryGetValue(name, out var value) ? value : null;
}
