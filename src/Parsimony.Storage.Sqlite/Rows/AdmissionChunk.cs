using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Admits held requests of a scope within a transaction, as far as its cost limit reaches.</summary>
internal sealed class AdmissionChunk(Connection connection, Dictionaries dictionaries, IdSource ids, DateTimeOffset now)
{
    internal (int Admitted, long Held) Run(string scope, LaneLimitsSource lanes, int max)
    {
        if (dictionaries.FindScope(connection, scope) is not { } number)
        {
            return (0, 0);
        }

        decimal? limit;
        decimal committed;
        long held;
        using (var row = connection.Use("ReadScopeBudget").With(number))
        {
            _ = row.Step();
            limit = row.MoneyOrNull();
            committed = row.Money() + row.Money() + row.Money();
            held = row.Int64();
        }

        var admitted = 0;
        if (held > 0)
        {
            var batches = new FillingBatches(connection, ids, now);
            var deltas = new ScopeDeltas();
            ref var delta = ref deltas.Of(number);
            foreach (var request in ReadHeld(number, limit is not null, max))
            {
                if (limit is { } most && committed + request.Bound > most)
                {
                    break;
                }

                Admit(request, number, lanes, batches);
                committed += request.Bound;
                delta.Held--;
                delta.Reserved += request.Bound;
                admitted++;
            }

            batches.Save();
            deltas.Write(connection);
        }

        return (admitted, held - admitted);
    }

    private List<HeldRequest> ReadHeld(long scope, bool onlyBounded, int max)
    {
        using var row = connection.Use("ReadHeld").With(scope).With(onlyBounded).With(max);
        var requests = new List<HeldRequest>();
        while (row.Step())
        {
            requests.Add(new HeldRequest(
                row.Int64(), row.Int64(), (Route)row.Int32(), row.Money(), row.TimeOrNull(), row.Int64OrNull() ?? 0, row.Int64OrNull() ?? 0));
        }

        return requests;
    }

    private void Admit(in HeldRequest request, long scope, LaneLimitsSource lanes, FillingBatches batches)
    {
        if (request.Route == Route.Batch)
        {
            var profile = dictionaries.Profile(connection, request.Profile);
            if (lanes(profile) is { } lane)
            {
                var batch = batches.Add(profile, lane, scope, request.Sequence, request.LineBytes, request.Tokens, request.EscalateAt);
                connection.Use("AdmitToBatch").With(batch).With(request.Sequence).Run();
                return;
            }
        }

        connection.Use("AdmitToLive").With(request.Sequence).Run();
    }

    private readonly record struct HeldRequest(
        long Sequence, long Profile, Route Route, decimal Bound, DateTimeOffset? EscalateAt, long LineBytes, long Tokens);
}
