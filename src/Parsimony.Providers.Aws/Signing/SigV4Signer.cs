using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Parsimony.Providers.Aws;

/// <summary>Signs requests of one service and region with AWS Signature Version 4, in the <c>Authorization</c> header. Thread safe.</summary>
internal sealed class SigV4Signer(AwsKeySource keys, string region, string service, TimeProvider clock) : IRequestAuthorizer
{
    /// <summary>Set to true on a request to S3 whose body is not part of what is signed.</summary>
    public static readonly HttpRequestOptionsKey<bool> LeavesBodyOut = new("Parsimony.LeavesBodyOut");

    private const string Algorithm = "AWS4-HMAC-SHA256";

    // In the place of the hash (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, read 2026-11-22).
    private const string Unsigned = "UNSIGNED-PAYLOAD";

    /// <summary>SHA-256 of nothing.</summary>
    private const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private readonly bool _isS3 = service == "s3";
    private SigningKey? _lastKey;

    /// <summary>Signs a request as it stands; what is added afterwards is not covered. A body is read once to be hashed, so it must be one that can be read twice.</summary>
    /// <exception cref="ProviderException">There are no keys.</exception>
    public async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var pair = await keys.GetAsync(cancellationToken).ConfigureAwait(false);
        var hash = _isS3 && request.Options.TryGetValue(LeavesBodyOut, out var isOut) && isOut ? Unsigned : await HashAsync(request.Content, cancellationToken).ConfigureAwait(false);
        var now = clock.GetUtcNow().UtcDateTime;
        var time = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var day = time[..8];
        Set(request, "X-Amz-Date", time);
        if (pair.SessionToken is { } token)
        {
            Set(request, "X-Amz-Security-Token", token);
        }

        if (_isS3)
        {
            Set(request, "X-Amz-Content-Sha256", hash);
        }

        request.Headers.Remove("Authorization");
        var headers = SigV4Canonical.Headers(request);
        var scope = $"{day}/{region}/{service}/aws4_request";
        var names = SigV4Canonical.Names(headers);
        var canonical = SigV4Canonical.Request(request, headers, names, hash, _isS3);
        var toSign = $"{Algorithm}\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        Set(request, "Authorization", $"{Algorithm} Credential={pair.AccessKey}/{scope}, SignedHeaders={names}, Signature={KeyOf(pair.Secret, day).Sign(toSign)}");
    }

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }

    private static async ValueTask<string> HashAsync(HttpContent? content, CancellationToken cancellationToken)
    {
        if (content is null)
        {
            return EmptyHash;
        }

        // The content owns the stream and gives its bytes again when it is sent.
        var body = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var hash = Hex(await SHA256.HashDataAsync(body, cancellationToken).ConfigureAwait(false));
        if (body.CanSeek)
        {
            body.Position = 0;
        }

        return hash;
    }

    // Good for a day; four hashes saved on every call.
    private SigningKey KeyOf(string secret, string day)
    {
        if (_lastKey is { } last && last.Secret == secret && last.Day == day)
        {
            return last;
        }

        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in (ReadOnlySpan<string>)[day, region, service, "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return _lastKey = new SigningKey(secret, day, key);
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private sealed class SigningKey(string secret, string day, byte[] key)
    {
        private IncrementalHash? _idle;

        public string Secret => secret;

        public string Day => day;

        /// <summary>The signature of a text. What has the key already is kept for the next one: making it anew takes longer than the text.</summary>
        public string Sign(string text)
        {
            var mac = Interlocked.Exchange(ref _idle, null) ?? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
            mac.AppendData(Encoding.UTF8.GetBytes(text));
            var signature = Hex(mac.GetHashAndReset());
            Interlocked.Exchange(ref _idle, mac)?.Dispose();
            return signature;
        }
    }
}
