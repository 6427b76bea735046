using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Testing;

/// <summary>Beginnings of tests: valid values of which a test changes, using <c>with</c>, only what it is about.</summary>
public static class Given
{
    private static long _ids;

    /// <summary>The instant tests begin at: 2026-01-01T00:00:00Z.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A lane without tight limits: 1,000 requests, 100 MB.</summary>
    public static LaneLimits Lane { get; } = new(1_000, 100_000_000, null, OneModelPerBatch: false, VarySize: false);

    /// <summary>What requests to a model have in common.</summary>
    /// <param name="model">Written <c>provider/model</c>.</param>
    public static RequestProfile Profile(string model = "openAI/gpt-5-mini") =>
        new() { Model = ModelId.Parse(model), Kind = EndpointKind.Chat, Dialect = Dialect.Canonical };

    /// <summary>A request for a batch, due in a day; the same text in the same scope is the same request.</summary>
    /// <param name="text">What is asked.</param>
    /// <param name="scope">Its run.</param>
    /// <param name="model">Written <c>provider/model</c>.</param>
    public static NewRequest Request(string text = "hello", string scope = "run", string model = "openAI/gpt-5-mini")
    {
        var body = Body(text);
        return new NewRequest
        {
            Id = NextId(),
            Identity = new RequestIdentity { Scope = scope, Fingerprint = FingerprintOf(body) },
            Body = body,
            Profile = Profile(model),
            Route = Route.Batch,
            Reason = "batch: one of many, no deadline",
            Deadline = Now.AddHours(24),
            EscalateAt = Now.AddHours(23),
            LineBytes = body.Length + 100,
            TokenBound = 10,
            BoundUsd = 0.01m,
            Lane = Lane,
        };
    }

    /// <summary>A request for a live call.</summary>
    /// <param name="text">What is asked.</param>
    /// <param name="scope">Its run.</param>
    public static NewRequest LiveRequest(string text = "hello", string scope = "run") =>
        Request(text, scope) with { Route = Route.Live, Reason = "live: a single call without a deadline", Lane = null, EscalateAt = null };

    /// <summary>A request as the planner sends it, with what that was decided on: route, deadline, size, beliefs and preferences differ from number to number.</summary>
    /// <param name="number">Which; the same number is the same request.</param>
    /// <param name="now">When it is decided; <see cref="Now"/> when null.</param>
    /// <param name="scope">Its run.</param>
    public static NewRequest Planned(int number, DateTimeOffset? now = null, string scope = "run") => GivenDecision.Request(number, now ?? Now, scope);

    /// <summary>Many requests for a batch, each with another text.</summary>
    /// <param name="count">How many.</param>
    /// <param name="scope">Their run.</param>
    public static IReadOnlyList<NewRequest> Requests(int count, string scope = "run") =>
        [.. Enumerable.Range(0, count).Select(i => Request($"text {i}", scope))];

    /// <summary>A ledger entry with known usage and cost, half of what it would have cost live.</summary>
    /// <param name="sequence">The request's row number.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="costUsd">What it cost, USD; null for unknown.</param>
    public static LedgerEntry Entry(long sequence, int attempt = 1, decimal? costUsd = 0.002m) => new()
    {
        Sequence = sequence,
        Attempt = attempt,
        Kind = LedgerKind.Batch,
        At = Now,
        Route = Route.Batch,
        Usage = new TokenUsage { UncachedInput = 100, CacheRead = 20, Output = 30 },
        CostUsd = costUsd,
        UpperBoundUsd = costUsd is null ? 0.01m : null,
        BaselineUsd = costUsd * 2,
        SavedByBatchUsd = costUsd ?? 0m,
        PriceSource = "test prices",
    };

    /// <summary>An answer's body.</summary>
    /// <param name="text">What it says.</param>
    public static ReadOnlyMemory<byte> Answer(string text = "fine") => Encoding.UTF8.GetBytes($$"""{"answer":"{{JsonEncodedText.Encode(text)}}"}""");

    private static byte[] Body(string text) =>
        Encoding.UTF8.GetBytes($$"""{"turns":[{"role":"user","parts":[{"text":"{{JsonEncodedText.Encode(text)}}"}]}]}""");

    private static Fingerprint FingerprintOf(byte[] body) => Fingerprint.FromDigest(1, SHA256.HashData(body));

    private static RequestId NextId()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], Interlocked.Increment(ref _ids));
        bytes[6] = 0x70;
        bytes[8] = 0x80;
        return new RequestId(new Guid(bytes, bigEndian: true));
    }
}
