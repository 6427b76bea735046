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

        if (held == 0)
        {
            return (0, 0);
        }

        var requests = ReadHeld(number, limit is not null, max);
        var admitted = HeldRequest.CountFitting(requests, limit, committed);
        var batches = new FillingBatches(connection, ids, now);
        var deltas = new ScopeDeltas();
        foreach (var request in requests[..admitted])
        {
            Admit(request, number, lanes, batches);
            deltas.Admitted(number, request.Bound);
        }

        batches.Save();
        ScopeRows.Add(connection, deltas);
        return (admitted, held - admitted);
    }

    private List<HeldRequest> ReadHeld(long scope, bool onlyBounded, int max)
    {
        using var row = connection.Use("ReadHeld").With(scope).With(onlyBounded).With(max);
        var requests = new List<HeldRequest>();
        while (row.Step())
        {
            requests.Add(HeldRequest.Read(row));
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
}
