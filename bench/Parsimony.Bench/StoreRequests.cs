using Parsimony.Engine;

namespace Parsimony.Bench;

/// <summary>Requests of 1 KB as the intake hands them to a store: everything about them is known.</summary>
internal static class StoreRequests
{
    public const int Bytes = 1_024;

    private static readonly LaneLimits Lane = new(50_000, 200_000_000, null, OneModelPerBatch: true, VarySize: true);

    private static readonly RequestProfile Profile = new() { Model = Requests.Model, Kind = EndpointKind.Chat, Dialect = Dialect.Canonical };

    public static List<NewRequest> Make(IdSource ids, int count, int seed, string scope, bool isLive = false)
    {
        var prose = new Prose(seed);
        var now = DateTimeOffset.UtcNow;
        var requests = new List<NewRequest>(count);
        for (var i = 0; i < count; i++)
        {
            var envelope = Requests.One(prose, Bytes);
            requests.Add(new NewRequest
            {
                Id = new RequestId(ids.Next()),
                Identity = new RequestIdentity { Scope = scope, Fingerprint = Fingerprinter.Of(envelope) },
                Body = envelope.Bytes,
                Profile = Profile,
                Route = isLive ? Route.Live : Route.Batch,
                Reason = isLive ? "live: a single call without a deadline" : "batch: one of many, no deadline",
                Deadline = now.AddHours(24),
                EscalateAt = isLive ? null : now.AddHours(23),
                PrefixKey = 1,
                LineBytes = envelope.Bytes.Length + 200,
                TokenBound = 400,
                BoundUsd = 0.00045m,
                Lane = isLive ? null : Lane,
            });
        }

        return requests;
    }
}
