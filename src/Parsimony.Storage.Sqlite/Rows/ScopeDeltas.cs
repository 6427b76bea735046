using System.Runtime.InteropServices;
using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>What one transaction changes in scopes' totals: summed in memory, written once per scope.</summary>
internal sealed class ScopeDeltas
{
    private readonly Dictionary<long, Delta> _deltas = [];

    internal ref Delta Of(long scope) => ref CollectionsMarshal.GetValueRefOrAddDefault(_deltas, scope, out _);

    /// <summary>Counts a request's end, or (with -1) that it is open again.</summary>
    internal void Ended(long scope, RequestState state, int by = 1)
    {
        ref var delta = ref Of(scope);
        switch (state)
        {
            case RequestState.Answered: delta.Answered += by; break;
            case RequestState.Failed: delta.Failed += by; break;
            case RequestState.Expired: delta.Expired += by; break;
            case RequestState.Cancelled: delta.Cancelled += by; break;
        }
    }

    internal void Write(Connection connection)
    {
        foreach (var (scope, delta) in _deltas)
        {
            decimal spent, unknown, reserved;
            using (var row = connection.Use("ReadScopeMoney").With(scope))
            {
                _ = row.Step();
                (spent, unknown, reserved) = (row.Money(), row.Money(), row.Money());
            }

            connection.Use("AddToScope")
                .With(delta.Total).With(delta.Answered).With(delta.Failed).With(delta.Expired).With(delta.Cancelled).With(delta.Held)
                .With(spent + delta.Spent).With(unknown + delta.UnknownBound).With(reserved + delta.Reserved)
                .With(delta.FirstEntry == 0 ? null : delta.FirstEntry).With(delta.LastEntry == 0 ? null : delta.LastEntry)
                .With(scope).Run();
        }

        _deltas.Clear();
    }

    internal struct Delta
    {
        internal long Total;
        internal long Answered;
        internal long Failed;
        internal long Expired;
        internal long Cancelled;
        internal long Held;
        internal decimal Spent;
        internal decimal UnknownBound;
        internal decimal Reserved;
        internal long FirstEntry;
        internal long LastEntry;
    }
}
