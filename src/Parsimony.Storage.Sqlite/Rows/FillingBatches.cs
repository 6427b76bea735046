using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>The filling batch of each lane one transaction touches: found or opened, filled in memory, written once.</summary>
internal sealed class FillingBatches(Connection connection, IdSource ids, DateTimeOffset now)
{
    // Sizes of full batches differ by up to this many items where a lost create can only be found by its size.
    private const int SizeSteps = 61;

    private readonly Dictionary<(string Provider, string Credential, EndpointKind Kind, string Group, string Model), Filling> _byLane = [];
    private readonly HashSet<(long Batch, long Scope)> _scopes = [];
    private RequestProfile? _lastProfile;
    private LaneLimits? _lastLane;
    private Filling? _last;

    /// <summary>Puts a request into its lane's batch; that batch's number.</summary>
    internal long Add(RequestProfile profile, LaneLimits lane, long scope, long sequence, long lineBytes, long tokens, DateTimeOffset? escalateAt)
    {
        var filling = Find(profile, lane);
        var cap = Cap(lane, filling.Id);
        var isOver = filling.Count + 1 > cap || filling.Bytes + lineBytes > lane.MaxBytes || filling.Tokens + tokens > (lane.MaxTokens ?? long.MaxValue);
        if (filling.Count > 0 && isOver)
        {
            Save(filling, isFull: true);
            Open(filling, profile, lane);
            cap = Cap(lane, filling.Id);
        }

        filling.Count++;
        filling.Added++;
        filling.Bytes += lineBytes;
        filling.Tokens += tokens;
        filling.First = Math.Min(filling.First, sequence);
        filling.Last = Math.Max(filling.Last, sequence);
        filling.EscalateAt = Earlier(filling.EscalateAt, escalateAt);
        var id = filling.Id;
        if (_scopes.Add((id, scope)))
        {
            connection.Use("AddBatchScope").With(scope).With(id).Run();
        }

        if (filling.Count >= cap || filling.Bytes >= lane.MaxBytes || filling.Tokens >= (lane.MaxTokens ?? long.MaxValue))
        {
            Save(filling, isFull: true);
            filling.Id = 0;
        }

        return id;
    }

    internal void Save()
    {
        foreach (var filling in _byLane.Values.Where(f => f.Id != 0 && f.Added > 0))
        {
            Save(filling, isFull: false);
        }
    }

    internal static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other : other is null || one < other ? one : other;

    private static int Cap(LaneLimits lane, long batch) => Math.Max(1, lane.MaxRequests - (lane.VarySize ? (int)(batch % SizeSteps) : 0));

    private Filling Find(RequestProfile profile, LaneLimits lane)
    {
        if (_last is { Id: not 0 } && ReferenceEquals(profile, _lastProfile) && ReferenceEquals(lane, _lastLane))
        {
            return _last;
        }

        var model = lane.OneModelPerBatch ? profile.Model.Name : "";
        var key = (profile.Model.Provider.Value, profile.Credential, profile.Kind, profile.IsolationGroup, model);
        if (!_byLane.TryGetValue(key, out var filling))
        {
            filling = new Filling();
            _byLane.Add(key, filling);
            using var row = connection.Use("FindFilling")
                .With(key.Value).With(key.Credential).With((long)key.Kind).With(key.IsolationGroup).With(model);
            if (row.Step())
            {
                filling.Id = row.Int64();
                filling.Count = row.Int32();
                filling.Bytes = row.Int64();
                filling.Tokens = row.Int64();
                filling.EscalateAt = row.TimeOrNull();
                filling.First = row.Int64OrNull() ?? long.MaxValue;
                filling.Last = row.Int64OrNull() ?? 0;
            }
        }

        if (filling.Id == 0)
        {
            Open(filling, profile, lane);
        }

        (_last, _lastProfile, _lastLane) = (filling, profile, lane);
        return filling;
    }

    private void Open(Filling filling, RequestProfile profile, LaneLimits lane)
    {
        connection.Use("OpenBatch")
            .With(ids.Next().ToString("n")).With(profile.Model.Provider.Value).With(profile.Credential).With((long)profile.Kind)
            .With(profile.IsolationGroup).With(lane.OneModelPerBatch ? profile.Model.Name : "").With(now).Run();
        filling.Id = connection.LastRowId;
        (filling.Count, filling.Added, filling.Bytes, filling.Tokens) = (0, 0, 0, 0);
        (filling.EscalateAt, filling.First, filling.Last) = (null, long.MaxValue, 0);
    }

    private void Save(Filling filling, bool isFull)
    {
        connection.Use("SaveFilling")
            .With(filling.Count).With(filling.Bytes).With(filling.Tokens).With(filling.EscalateAt).With(filling.Added)
            .With(filling.First == long.MaxValue ? null : filling.First).With(filling.Last)
            .With(filling.Id).Run();
        filling.Added = 0;
        if (isFull)
        {
            connection.Use("SealBatch").With(now).With(filling.Id).Run();
        }
    }

    private sealed class Filling
    {
        internal long Id;
        internal int Count;
        internal int Added;
        internal long Bytes;
        internal long Tokens;
        internal DateTimeOffset? EscalateAt;
        internal long First = long.MaxValue;
        internal long Last;
    }
}
