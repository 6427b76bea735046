using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>The filling batch of each lane one transaction touches: found or opened, filled in memory, written once.</summary>
internal sealed class FillingBatches(Connection connection, IdSource ids, DateTimeOffset now)
{
    private readonly Dictionary<LaneKey, LaneFill> _byLane = [];
    private readonly HashSet<(long Batch, long Scope)> _scopes = [];
    private RequestProfile? _lastProfile;
    private LaneLimits? _lastLane;
    private LaneKey _lastKey;
    private LaneFill? _last;

    /// <summary>Puts a request into its lane's batch; that batch's number.</summary>
    internal long Add(RequestProfile profile, LaneLimits lane, long scope, long sequence, long lineBytes, long tokens, DateTimeOffset? escalateAt)
    {
        var fill = Find(profile, lane);
        while (fill.IsFull || !fill.TryAdd(lane, sequence, lineBytes, tokens, escalateAt))
        {
            // Sealed first, so that a lane never has two that fill.
            Save(fill);
            fill = Open(_lastKey);
            _byLane[_lastKey] = fill;
            _last = fill;
        }

        fill.NotePriority(profile.Priority);
        if (_scopes.Add((fill.Id, scope)))
        {
            connection.Use("AddBatchScope").With(scope).With(fill.Id).Run();
        }

        return fill.Id;
    }

    internal void Save()
    {
        foreach (var fill in _byLane.Values)
        {
            Save(fill);
        }

        _byLane.Clear();
        _last = null;
    }

    private LaneFill Find(RequestProfile profile, LaneLimits lane)
    {
        if (_last is { } last && ReferenceEquals(profile, _lastProfile) && ReferenceEquals(lane, _lastLane))
        {
            return last;
        }

        var key = LaneKey.Of(profile, lane);
        if (!_byLane.TryGetValue(key, out var fill))
        {
            fill = Read(key) ?? Open(key);
            _byLane.Add(key, fill);
        }

        (_last, _lastKey, _lastProfile, _lastLane) = (fill, key, profile, lane);
        return fill;
    }

    private LaneFill? Read(in LaneKey key)
    {
        using var row = connection.Use("FindFilling").With(key.Provider).With(key.Credential).With((long)key.Kind).With(key.Group).With(key.Model);
        return row.Step() ? LaneFill.Read(row) : null;
    }

    private LaneFill Open(in LaneKey key)
    {
        connection.Use("OpenBatch")
            .With(ids.Next().ToString("n")).With(key.Provider).With(key.Credential).With((long)key.Kind)
            .With(key.Group).With(key.Model).With(now).Run();
        return new LaneFill(connection.LastRowId);
    }

    private void Save(LaneFill fill)
    {
        if (fill.Added > 0)
        {
            connection.Use("SaveFilling")
                .With(fill.Count).With(fill.Bytes).With(fill.Tokens).With(fill.EscalateAt).With(fill.Added)
                .With(fill.First).With(fill.Last).With(fill.Id).Run();
            if (fill.Levels is not null && ControlTables.Exist(connection))
            {
                foreach (var (level, items) in fill.UnusualLevels())
                {
                    connection.Use("AddBatchPriority").With(fill.Id).With(level).With(items).Run();
                }
            }
        }

        if (fill.IsFull)
        {
            connection.Use("SealBatch").With(now).With(fill.Id).Run();
        }
    }
}
