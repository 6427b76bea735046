using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Admits held requests of a scope within a transaction, as far as its cost limit reaches.</summary>
internal sealed class AdmissionChunk(Session session, DateTimeOffset now)
{
    /// <summary>How many were admitted, and how many stay held.</summary>
    /// <remarks>
    /// Admissions of a scope take turns. Settlements go on meanwhile: they turn what is reserved into what was spent, which is not more,
    /// so that what is admitted here would have been admitted after them, too.
    /// </remarks>
    internal async Task<(int Admitted, long Held)> RunAsync(long scope, LaneLimitsSource lanes, int max)
    {
        await session.Use("LockAdmission").With(scope).RunAsync(session.Cancellation).ConfigureAwait(false);
        var (limit, committed, held) = await session.Use("ReadScopeBudget").With(scope).FirstAsync(
            static row => (row.MoneyOrNull(), row.Money() + row.Money() + row.Money(), row.Int64()), session.Cancellation).ConfigureAwait(false);
        if (held == 0)
        {
            return (0, 0);
        }

        var requests = await session.Use("ReadHeld").With(limit is not null).With(scope).With(max).ListAsync(HeldRequest.Read, session.Cancellation).ConfigureAwait(false);
        var admitted = requests[..HeldRequest.CountFitting(requests, limit, committed)];
        if (admitted.Count > 0)
        {
            await AdmitAsync(scope, lanes, admitted).ConfigureAwait(false);
        }

        return (admitted.Count, held - admitted.Count);
    }

    private async Task AdmitAsync(long scope, LaneLimitsSource lanes, List<HeldRequest> admitted)
    {
        var live = new List<long>();
        var batched = new List<(HeldRequest Request, RequestProfile Profile, LaneLimits Lane)>();
        var limits = new Dictionary<long, (RequestProfile Profile, LaneLimits? Lane)>();
        foreach (var request in admitted)
        {
            if (!limits.TryGetValue(request.Profile, out var of))
            {
                var profile = await session.Dictionaries.ProfileAsync(session.Database, request.Profile, session.Cancellation).ConfigureAwait(false);
                of = (profile, lanes(profile));
                limits.Add(request.Profile, of);
            }

            if (request.Route == Route.Batch && of.Lane is { } lane)
            {
                batched.Add((request, of.Profile, lane));
            }
            else
            {
                live.Add(request.Sequence);
            }
        }

        await BatchAsync(scope, batched).ConfigureAwait(false);
        if (live.Count > 0)
        {
            await session.Use("AdmitToLive").With(live, NpgsqlDbType.Bigint).RunAsync(session.Cancellation).ConfigureAwait(false);
        }

        var deltas = new ScopeDeltas();
        foreach (var request in admitted)
        {
            deltas.Admitted(scope, request.Bound);
        }

        await ScopeRows.AddAsync(session, deltas).ConfigureAwait(false);
        await session.Use("Notify").With("work").RunAsync(session.Cancellation).ConfigureAwait(false);
    }

    private async Task BatchAsync(long scope, List<(HeldRequest Request, RequestProfile Profile, LaneLimits Lane)> requests)
    {
        if (requests.Count == 0)
        {
            return;
        }

        var filling = new FillingBatches(session, now);
        await filling.LockAsync(requests.Select(r => LaneKey.Of(r.Profile, r.Lane)).ToHashSet()).ConfigureAwait(false);
        var batches = new List<long>(requests.Count);
        foreach (var (request, profile, lane) in requests)
        {
            batches.Add(await filling.AddAsync(
                profile, lane, scope, request.Sequence, request.LineBytes, request.Tokens, request.EscalateAt).ConfigureAwait(false));
        }

        await session.Use("AdmitToBatch").With(batches, NpgsqlDbType.Bigint).With(requests.ConvertAll(r => r.Request.Sequence), NpgsqlDbType.Bigint)
            .RunAsync(session.Cancellation).ConfigureAwait(false);
        await filling.SaveAsync().ConfigureAwait(false);
    }
}
