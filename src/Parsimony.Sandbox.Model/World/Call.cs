using System.Globalization;

namespace Parsimony.Sandbox.Model;

/// <summary>One request on its way through a provider.</summary>
internal sealed class Call
{
    public required string Provider { get; init; }

    public required string Operation { get; init; }

    /// <summary>The id in the path; empty when the operation has none.</summary>
    public required string Id { get; init; }

    public required SandboxRequest Request { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>Hash of the key: workspaces do not share caches.</summary>
    public required string Scope { get; init; }

    /// <summary>Whose batches and files the key sees: what stands before its first dot, so that <c>acme.one</c> and <c>acme.two</c> see the same; a key without a dot sees those of all such keys.</summary>
    public required string Workspace { get; init; }

    /// <summary>How far the provider's clock is off in this reply.</summary>
    public TimeSpan Skew { get; set; }

    /// <summary>The same call with its body read before.</summary>
    public Call With(byte[] body) => new()
    {
        Provider = Provider,
        Operation = Operation,
        Id = Id,
        Request = Request with { Body = new MemoryStream(body, writable: false) },
        Now = Now,
        Scope = Scope,
        Workspace = Workspace,
        Skew = Skew,
    };

    public string ClientId => Request.Header("X-Client-Request-Id") ?? "";

    public string? Query(string name)
    {
        foreach (var pair in Request.Query.TrimStart('?').Split('&'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && Uri.UnescapeDataString(pair[..equals]) == name)
                return Uri.UnescapeDataString(pair[(equals + 1)..]);
        }

        return null;
    }

    /// <summary>Every value of a name, with or without brackets behind it.</summary>
    public IReadOnlyList<string> Queries(string name) =>
    [
        .. Request.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2))
            .Where(pair => pair.Length == 2 && Uri.UnescapeDataString(pair[0]).Replace("[]", "", StringComparison.Ordinal) == name)
            .SelectMany(pair => Uri.UnescapeDataString(pair[1]).Split(',')),
    ];

    /// <summary>A page size within its bounds; the default when it is absent or not a number.</summary>
    public int Limit(int otherwise, int most) =>
        int.TryParse(Query("limit"), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? Math.Clamp(limit, 1, most) : otherwise;
}
