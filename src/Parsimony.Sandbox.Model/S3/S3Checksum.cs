using System.Buffers.Binary;
using System.Numerics;

namespace Parsimony.Sandbox.Model;

/// <summary>The CRC-32C a body may bring (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html, read 2026-11-22).</summary>
internal static class S3Checksum
{
    public const string Header = "x-amz-checksum-crc32c";

    /// <summary>What a part with a checksum is told where its upload was begun without (words as quoted at https://github.com/apache/opendal/pull/4533, read 2026-11-22).</summary>
    public static Refusal Unexpected { get; } =
        new(400, "invalid_request_error", "Checksum Type mismatch occurred, expected checksum Type: null, actual checksum Type: crc32c", null, "InvalidRequest");

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        var sum = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(sum, ~crc);
        return Convert.ToBase64String(sum);
    }

    /// <summary>Why a body is not taken; null when it is what its sender says, or he says nothing of it.</summary>
    public static Refusal? Refuse(SandboxRequest request, ReadOnlySpan<byte> body) => request.Header(Header) is not { } told || told == Of(body)
        ? null
        : new Refusal(400, "invalid_request_error", "The CRC32C you specified did not match the calculated checksum.", null, "BadDigest");
}
