using System.Security.Cryptography;
using System.Text;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// Computes a request's AWS Signature Version 4 again and compares (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html,
/// read 2026-11-21). The date is not held against the clock: a sandbox's time runs as fast as its user likes.
/// </summary>
internal static class SignatureCheck
{
    public const string AccessKey = "sandbox";
    public const string Secret = "sandbox-secret";

    private const string Algorithm = "AWS4-HMAC-SHA256";

    // HTTP/2 has it in the place of the host; a client may sign either name (the same page).
    private const string Authority = ":authority";

    /// <summary>The access key a request names; null when it is not signed.</summary>
    public static string? KeyOf(SandboxRequest request) => Parts(request)?.Credential[0];

    /// <summary>Why a request is not let in; null when it is.</summary>
    public static Refusal? Refuse(SandboxRequest request, ReadOnlySpan<byte> body, string service)
    {
        if (Parts(request) is not { } parts)
            return new Refusal(403, "authentication_error", "Missing Authentication Token", null, "MissingAuthenticationTokenException");
        if (parts.Credential[0] != AccessKey)
            return new Refusal(403, "authentication_error", "The security token included in the request is invalid.", null, "UnrecognizedClientException");
        var time = request.Header("x-amz-date") ?? "";
        var hash = Hex(SHA256.HashData(body));
        var sent = request.Header("x-amz-content-sha256");
        if (parts.Credential[3] != service || time.Length < 8 || parts.Credential[1] != time[..8])
            return Wrong("Credential should be scoped to a valid date and to the correct service.");
        if (service == "s3" && sent is null)
            return Wrong("Missing required header for this request: x-amz-content-sha256");
        if (sent is not null && sent != "UNSIGNED-PAYLOAD" && sent != hash)
            return Wrong("The provided 'x-amz-content-sha256' header does not match what was computed.");
        if (!(parts.Signed.Contains("host") || parts.Signed.Contains(Authority)) || !parts.Signed.Contains("x-amz-date"))
            return Wrong("'Host' and 'X-Amz-Date' must be signed.");
        var canonical = Canonical(request, parts.Signed, sent ?? hash, service == "s3");
        var scope = string.Join('/', parts.Credential.Skip(1));
        var toSign = $"{Algorithm}\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = parts.Credential.Skip(1).Aggregate(Encoding.UTF8.GetBytes("AWS4" + Secret), (k, part) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(part)));
        return Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign))) == parts.Signature
            ? null
            : Wrong("The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.");
    }

    private static Refusal Wrong(string message) => new(403, "authentication_error", message, null, "InvalidSignatureException");

    private static (string[] Credential, string[] Signed, string Signature)? Parts(SandboxRequest request)
    {
        if (request.Header("Authorization") is not { } header || !header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
            return null;
        var fields = header[(Algorithm.Length + 1)..].Split(',').Select(field => field.Trim().Split('=', 2)).Where(field => field.Length == 2)
            .ToDictionary(field => field[0], field => field[1], StringComparer.Ordinal);
        return fields.TryGetValue("Credential", out var credential) && credential.Split('/') is { Length: 5 } scope
            && fields.TryGetValue("SignedHeaders", out var signed) && fields.TryGetValue("Signature", out var signature)
            ? (scope, signed.Split(';'), signature)
            : null;
    }

    private static string Canonical(SandboxRequest request, string[] signed, string payload, bool isS3)
    {
        var address = request.Target[(request.Target.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? scheme + 3 : 0)..];
        var slash = address.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? address : address[..slash];
        var rest = slash < 0 ? "/" : address[slash..];
        var question = rest.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? rest : rest[..question];
        var text = new StringBuilder();
        text.Append(request.Method).Append('\n');
        // S3 escapes once, every other service escapes what is already escaped again.
        text.AppendJoin('/', path.Split('/').Select(part => Uri.EscapeDataString(isS3 ? Uri.UnescapeDataString(part) : part))).Append('\n');
        text.AppendJoin('&', (question < 0 ? "" : rest[(question + 1)..]).Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2)).Select(pair => (Name: Same(pair[0]), Value: pair.Length > 1 ? Same(pair[1]) : ""))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => pair.Name + "=" + pair.Value)).Append('\n');
        foreach (var name in signed)
        {
            var value = request.Header(name == Authority ? "host" : name) ?? (name is "host" or Authority ? host : "");
            text.Append(name).Append(':').AppendJoin(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Append('\n');
        }

        return text.Append('\n').AppendJoin(';', signed).Append('\n').Append(payload).ToString();
    }

    private static string Same(string escaped) => Uri.EscapeDataString(Uri.UnescapeDataString(escaped));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
