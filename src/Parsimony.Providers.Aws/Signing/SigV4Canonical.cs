using System.Collections.Frozen;
using System.Text;

namespace Parsimony.Providers.Aws;

/// <summary>The canonical request of AWS Signature Version 4: the text both sides build and hash.</summary>
/// <remarks>Rules: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, read 2026-11-21.</remarks>
internal static class SigV4Canonical
{
    private const string Host = "host";

    // Changed or added on the way, so never signed; the host is taken from the address.
    private static readonly FrozenSet<string> Unsigned = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "authorization", "connection", "content-length", "expect", "te", "traceparent", "tracestate", "transfer-encoding", "user-agent", "x-amzn-trace-id", Host);

    /// <summary>The headers that are signed, names in lower case and sorted, values trimmed and with single spaces.</summary>
    public static List<KeyValuePair<string, string>> Headers(HttpRequestMessage request)
    {
        var headers = new List<KeyValuePair<string, string>>(12) { new(Host, request.Headers.Host ?? HostOf(Address(request))) };
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            Add(headers, name, values.ToString());
        }

        if (request.Content is { } content)
        {
            foreach (var (name, values) in content.Headers.NonValidated)
            {
                Add(headers, name, values.ToString());
            }
        }

        headers.Sort(static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        return headers;
    }

    /// <summary>The whole text.</summary>
    /// <param name="request">What is sent; its address must be absolute.</param>
    /// <param name="headers">The headers to sign.</param>
    /// <param name="names">Their <see cref="Names"/>.</param>
    /// <param name="payloadHash">SHA-256 of the body in lower-case hex, or the word sent instead.</param>
    /// <param name="isS3">S3 escapes a path once; every other service twice, after normalizing it.</param>
    public static string Request(HttpRequestMessage request, IReadOnlyList<KeyValuePair<string, string>> headers, string names, string payloadHash, bool isS3)
    {
        var address = Address(request);
        var text = new StringBuilder(768);
        text.Append(request.Method.Method).Append('\n');
        text.Append(isS3 ? S3Path(address.AbsolutePath) : Path(address.AbsolutePath)).Append('\n');
        text.Append(address.Query.Length == 0 ? "" : Query(address.Query)).Append('\n');
        foreach (var (name, value) in headers)
        {
            text.Append(name).Append(':').Append(value).Append('\n');
        }

        return text.Append('\n').Append(names).Append('\n').Append(payloadHash).ToString();
    }

    /// <summary>The names of the signed headers as the signature lists them.</summary>
    public static string Names(IReadOnlyList<KeyValuePair<string, string>> headers) => string.Join(';', headers.Select(header => header.Key));

    private static Uri Address(HttpRequestMessage request) => request.RequestUri ?? throw new ArgumentException("A request without an address cannot be signed.", nameof(request));

    private static string HostOf(Uri address) => address.IsDefaultPort ? address.IdnHost : $"{address.IdnHost}:{address.Port}";

    private static void Add(List<KeyValuePair<string, string>> headers, string name, string value)
    {
        if (!Unsigned.Contains(name))
        {
            headers.Add(new(name.ToLowerInvariant(), Single(value)));
        }
    }

    private static string Single(string value) =>
        value.Contains("  ", StringComparison.Ordinal) ? string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries)) : value.Trim();

    private static string Path(string wire)
    {
        if (!wire.Contains("//", StringComparison.Ordinal) && !wire.Contains("/.", StringComparison.Ordinal))
        {
            // Nothing to normalize. An escaped slash is escaped again, and so is not taken for one of the path's.
            return Uri.EscapeDataString(wire).Replace("%2F", "/", StringComparison.Ordinal);
        }

        var segments = new List<string>();
        foreach (var segment in wire.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == "..")
            {
                segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
            }
            else if (segment != ".")
            {
                segments.Add(Uri.EscapeDataString(segment));
            }
        }

        return segments.Count == 0 ? "/" : "/" + string.Join('/', segments) + (wire.EndsWith('/') ? "/" : "");
    }

    private static string S3Path(string wire) => string.Join('/', wire.Split('/').Select(segment => Uri.EscapeDataString(Uri.UnescapeDataString(segment))));

    private static string Query(string query) => string.Join('&', query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Select(pair => (Name: Again(pair[0]), Value: pair.Length > 1 ? Again(pair[1]) : ""))
        .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal)
        .Select(pair => $"{pair.Name}={pair.Value}"));

    private static string Again(string escaped) => Uri.EscapeDataString(Uri.UnescapeDataString(escaped));
}
