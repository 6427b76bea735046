using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Parsimony;

/// <summary>Makes fingerprints of requests and of the prefixes a provider can cache. Pure; thread safe.</summary>
/// <remarks>
/// A fingerprint is the first 16 bytes of a SHA-256 digest over a header (version, endpoint kind, dialect, model) and the canonical bytes.
/// Verbatim bodies are brought into canonical order first, without their model, stream flags, cache marks and deadline.
/// The vectors in tests/vectors/fingerprints-v1.json are part of the contract: a change that moves one is a new version.
/// </remarks>
public static class Fingerprinter
{
    /// <summary>The rule that new fingerprints are made by.</summary>
    public const byte CurrentVersion = 1;

    /// <summary>Every rule still known, newest first, so that what was stored under an older one is found after an upgrade.</summary>
    public static IReadOnlyList<byte> Versions { get; } = [CurrentVersion];

    /// <summary>The fingerprint of a whole request under the current rule.</summary>
    /// <exception cref="System.Text.Json.JsonException">A verbatim body is not JSON.</exception>
    public static Fingerprint Of(Envelope envelope) => Of(envelope, CurrentVersion);

    /// <summary>The fingerprint of a whole request under one of the <see cref="Versions"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of them.</exception>
    /// <exception cref="System.Text.Json.JsonException">A verbatim body is not JSON.</exception>
    public static Fingerprint Of(Envelope envelope, byte version)
    {
        RefuseUnknown(version);
        var body = envelope.Dialect == Dialect.Canonical ? envelope.Bytes : VerbatimBody.Canonical(envelope.Bytes);
        var buffer = ArrayPool<byte>.Shared.Rent(HeaderBound(envelope) + body.Length);
        try
        {
            var length = Header(envelope, version, buffer);
            body.Span.CopyTo(buffer.AsSpan(length));
            return Digest(version, buffer.AsSpan(0, length + body.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Adds one fingerprint for each block of the prompt, cumulative: two requests have the same n-th one exactly when they agree in model,
    /// wanted format and all blocks up to the n-th. Blocks are tools, then Anthropic's system blocks, then the parts of the turns
    /// (<see cref="ChatRequest.Blocks"/>). Nothing is added for requests that are not conversations.
    /// </summary>
    /// <exception cref="System.Text.Json.JsonException">A verbatim body is not JSON.</exception>
    public static Fingerprint Prefixes(Envelope envelope, List<Fingerprint> into) => Walk(envelope, into);

    /// <summary>Like <see cref="Prefixes(Envelope, List{Fingerprint})"/>, into a list of its own.</summary>
    /// <exception cref="System.Text.Json.JsonException">A verbatim body is not JSON.</exception>
    public static IReadOnlyList<Fingerprint> Prefixes(Envelope envelope)
    {
        var prefixes = new List<Fingerprint>();
        Walk(envelope, prefixes);
        return prefixes;
    }

    /// <summary>The fingerprint of the leading static part: tools and the system turns before any other; the default value when there is none.</summary>
    /// <exception cref="System.Text.Json.JsonException">A verbatim body is not JSON.</exception>
    public static Fingerprint SharedPrefix(Envelope envelope) => Walk(envelope, into: null);

    /// <summary>Hands out every block of a prompt; none of requests that are not conversations.</summary>
    internal static void Walk(Envelope envelope, BlockSink sink) => Walk(envelope, into: null, sink);

    internal static Fingerprint Walk(Envelope envelope, List<Fingerprint>? into, BlockSink? sink = null)
    {
        if (envelope.Kind is not (EndpointKind.Chat or EndpointKind.Responses or EndpointKind.Messages))
        {
            return default;
        }

        using var chain = new PrefixChain(CurrentVersion, into, sink);
        var header = ArrayPool<byte>.Shared.Rent(HeaderBound(envelope));
        var seed = header.AsSpan(0, Header(envelope, CurrentVersion, header));
        if (envelope.Dialect == Dialect.Canonical)
        {
            CanonicalPrefixes.Walk(envelope.Bytes.Span, seed, chain);
        }
        else
        {
            VerbatimPrefixes.Walk(envelope, seed, chain);
        }

        ArrayPool<byte>.Shared.Return(header);
        return chain.Static;
    }

    private static Fingerprint Digest(byte version, ReadOnlySpan<byte> input)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, digest);
        return Fingerprint.FromDigest(version, digest);
    }

    private static int HeaderBound(Envelope envelope) => 64 + Encoding.UTF8.GetMaxByteCount(envelope.Model.Name?.Length ?? 0);

    /// <summary>Version byte, then kind, dialect, provider and model name, each ended by a zero byte.</summary>
    private static int Header(Envelope envelope, byte version, Span<byte> into)
    {
        into[0] = version;
        var length = 1;
        length += Word(KindName(envelope.Kind), into[length..]);
        length += Word(DialectName(envelope.Dialect), into[length..]);
        length += Word(envelope.Model.Provider.Value, into[length..]);
        return length + Word(envelope.Model.Name ?? "", into[length..]);
    }

    private static int Word(string word, Span<byte> into)
    {
        var length = Encoding.UTF8.GetBytes(word, into);
        into[length] = 0;
        return length + 1;
    }

    private static string KindName(EndpointKind kind) => kind switch
    {
        EndpointKind.Chat => "chat",
        EndpointKind.Responses => "responses",
        EndpointKind.Messages => "messages",
        EndpointKind.Embeddings => "embeddings",
        EndpointKind.Images => "images",
        _ => "other",
    };

    private static string DialectName(Dialect dialect) => dialect switch
    {
        Dialect.Canonical => "canonical",
        Dialect.OpenAI => "openAI",
        _ => "anthropic",
    };

    private static void RefuseUnknown(byte version)
    {
        if (version != CurrentVersion)
        {
            throw new ArgumentOutOfRangeException(nameof(version), version, $"Known versions: {string.Join(", ", Versions)}.");
        }
    }
}
