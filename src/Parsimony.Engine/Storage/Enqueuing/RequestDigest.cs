using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Parsimony.Engine;

/// <summary>The 16 bytes a request is found by when it is asked again.</summary>
internal static class RequestDigest
{
    internal const int Length = 16;

    /// <summary>Bytes of a fingerprint as a column.</summary>
    internal const int FingerprintLength = 17;

    /// <summary>The digests of a chunk, one after the other.</summary>
    internal static byte[] Of(IReadOnlyList<NewRequest> requests)
    {
        var digests = new byte[requests.Count * Length];
        Span<byte> input = stackalloc byte[32 + 1 + 17 + 4];
        Span<byte> output = stackalloc byte[32];
        string? scope = null;
        for (var i = 0; i < requests.Count; i++)
        {
            var identity = requests[i].Identity;
            if (!string.Equals(scope, identity.Scope, StringComparison.Ordinal))
            {
                scope = identity.Scope;
                SHA256.HashData(Encoding.UTF8.GetBytes(scope), input);
            }

            if (identity.CallerKey is { } key)
            {
                input[32] = 1;
                SHA256.HashData(Encoding.UTF8.GetBytes(key), output);
                output[..21].CopyTo(input[33..]);
            }
            else
            {
                input[32] = 0;
                WriteFingerprint(identity.Fingerprint, input[33..]);
                BinaryPrimitives.WriteInt32BigEndian(input[50..], identity.Ordinal);
            }

            SHA256.HashData(input, output);
            output[..Length].CopyTo(digests.AsSpan(i * Length));
        }

        return digests;
    }

    /// <summary>Version and digest, 17 bytes.</summary>
    internal static void WriteFingerprint(Fingerprint fingerprint, Span<byte> bytes)
    {
        bytes[0] = fingerprint.Version;
        BinaryPrimitives.WriteUInt64BigEndian(bytes[1..], fingerprint.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[9..], fingerprint.Low);
    }

    internal static Fingerprint ReadFingerprint(ReadOnlySpan<byte> bytes) =>
        new(bytes[0], BinaryPrimitives.ReadUInt64BigEndian(bytes[1..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[9..]));

    /// <summary>Whether a caller's key was used before for another body. Another version of the fingerprint says nothing about that.</summary>
    internal static bool IsConflict(RequestIdentity identity, Fingerprint stored) =>
        identity.CallerKey is not null && stored.Version == identity.Fingerprint.Version && stored != identity.Fingerprint;
}
