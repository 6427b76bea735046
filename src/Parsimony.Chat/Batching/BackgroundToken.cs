using System.Security.Cryptography;
using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>The continuation token of a background call: version, request id, and a MAC under a secret of the store. 33 bytes; opaque to callers.</summary>
internal static class BackgroundToken
{
    private const byte Version = 1;
    private const int MacBytes = 16;
    private const string SecretName = "continuation-token";

    public static async Task<ResponseContinuationToken> WriteAsync(IEngineStore store, RequestId id, CancellationToken cancellationToken)
    {
        var secret = await store.Lock.ReadSecretAsync(SecretName, cancellationToken).ConfigureAwait(false);
        var token = new byte[1 + 16 + MacBytes];
        token[0] = Version;
        id.Value.TryWriteBytes(token.AsSpan(1), bigEndian: true, out _);
        Mac(secret.Span, token.AsSpan(0, 17), token.AsSpan(17));
        return ResponseContinuationToken.FromBytes(token);
    }

    /// <summary>Reads a token this store handed out.</summary>
    /// <exception cref="ArgumentException">The token is not one of this store's; the message says what to do.</exception>
    public static async Task<RequestId> ReadAsync(IEngineStore store, ResponseContinuationToken token, CancellationToken cancellationToken)
    {
        var bytes = token.ToBytes();
        if (bytes.Length != 1 + 16 + MacBytes || bytes.Span[0] != Version)
        {
            throw Foreign();
        }

        var secret = await store.Lock.ReadSecretAsync(SecretName, cancellationToken).ConfigureAwait(false);
        var mac = new byte[MacBytes];
        Mac(secret.Span, bytes.Span[..17], mac);
        return CryptographicOperations.FixedTimeEquals(mac, bytes.Span[17..])
            ? new RequestId(new Guid(bytes.Span.Slice(1, 16), bigEndian: true))
            : throw Foreign();
    }

    private static ArgumentException Foreign() =>
        new("This continuation token was not handed out by this store. Pass the token of the response unchanged, to a client on the same store.");

    private static void Mac(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> data, Span<byte> target)
    {
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, data, full);
        full[..MacBytes].CopyTo(target);
    }
}
