using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>
/// The filling batch of each lane one transaction touches: locked first (<see cref="LockAsync"/>), filled in memory, written by a few statements at the end.
/// Batches that are opened and sealed on the way need not be seen by anybody before.
/// </summary>
internal sealed class FillingBatches(Session session, DateTimeOffset now)
{
    private const int MostTries = 20;
    private const int ReservedAtOnce = 16;

    private readonly Dictionary<LaneKey, LaneFill> _filling = [];
    private readonly List<LaneFill> _stored = [];
    private readonly List<(LaneKey Lane, LaneFill Fill)> _opened = [];
    private readonly HashSet<(long Scope, long Batch)> _scopes = [];
    private readonly Queue<long> _numbers = [];
    private RequestProfile? _lastProfile;
    private LaneLimits? _lastLimits;
    private LaneKey _lastKey;

    /// <summary>Locks the lanes and their filling batches, opening those that are missing. Other nodes that fill the same lanes wait until this transaction ends.</summary>
    internal async Task LockAsync(IReadOnlyCollection<LaneKey> lanes)
    {
        if (lanes.Count > 0)
        {
            await BindLanes(session.Use("LockLanes"), lanes).RunAsync(session.Cancellation).ConfigureAwait(false);
        }

        var missing = lanes;
        for (var attempt = 1; missing.Count > 0; attempt++)
        {
            foreach (var (key, fill) in await BindLanes(session.Use("FindFilling"), missing).ListAsync(Read, session.Cancellation).ConfigureAwait(false))
            {
                _filling[key] = fill;
                _stored.Add(fill);
            }

            missing = [.. lanes.Where(key => !_filling.ContainsKey(key))];
            if (missing.Count > 0 && attempt <= MostTries)
            {
                // Also where one was sealed while it was waited for.
                await BindLanes(session.Use("OpenBatch").With(now), missing)
                    .With(missing.Select(_ => session.Database.Ids.Next().ToString("n")).ToArray(), NpgsqlDbType.Text)
                    .RunAsync(session.Cancellation).ConfigureAwait(false);
            }
            else if (missing.Count > 0)
            {
                throw new PostgresStoreException("A filling batch was sealed again and again while it was waited for. Try again; seal less often.");
            }
        }
    }

    /// <summary>Puts a request into its lane's batch; that batch's number.</summary>
    internal async ValueTask<long> AddAsync(
        RequestProfile profile, LaneLimits lane, long scope, long sequence, long lineBytes, long tokens, DateTimeOffset? escalateAt)
    {
        if (!ReferenceEquals(profile, _lastProfile) || !ReferenceEquals(lane, _lastLimits))
        {
            (_lastProfile, _lastLimits, _lastKey) = (profile, lane, LaneKey.Of(profile, lane));
        }

        var fill = _filling[_lastKey];
        while (fill.IsFull || !fill.TryAdd(lane, sequence, lineBytes, tokens, escalateAt))
        {
            fill = new LaneFill(await NextNumberAsync().ConfigureAwait(false));
            _filling[_lastKey] = fill;
            _opened.Add((_lastKey, fill));
        }

        fill.NotePriority(profile.Priority);
        _scopes.Add((scope, fill.Id));
        return fill.Id;
    }

    /// <summary>Writes what was filled. Full ones are sealed first, so that a lane never has two that fill.</summary>
    internal async Task SaveAsync()
    {
        var changed = _stored.FindAll(fill => fill.Added > 0 || fill.IsFull);
        if (changed.Count == 0)
        {
            return;
        }

        await BindFills(session.Use("SaveFilling").With(now), changed).RunAsync(session.Cancellation).ConfigureAwait(false);
        if (_opened.Count > 0)
        {
            await BindLanes(BindFills(session.Use("AddFilled").With(now), _opened.ConvertAll(o => o.Fill)), _opened.ConvertAll(o => o.Lane))
                .With(_opened.ConvertAll(_ => session.Database.Ids.Next().ToString("n")), NpgsqlDbType.Text)
                .RunAsync(session.Cancellation).ConfigureAwait(false);
        }

        var scopes = _scopes.Order().ToList();
        await session.Use("AddBatchScopes")
            .With(scopes.ConvertAll(s => s.Scope), NpgsqlDbType.Bigint).With(scopes.ConvertAll(s => s.Batch), NpgsqlDbType.Bigint)
            .RunAsync(session.Cancellation).ConfigureAwait(false);
        await SavePrioritiesAsync().ConfigureAwait(false);
    }

    private async Task SavePrioritiesAsync()
    {
        var unusual = _stored.Concat(_opened.Select(opened => opened.Fill)).Where(fill => fill.Levels is not null)
            .SelectMany(fill => fill.UnusualLevels(), (fill, level) => (Batch: fill.Id, level.Level, level.Items)).ToList();
        if (unusual.Count > 0 && await ControlTables.ExistAsync(session).ConfigureAwait(false))
        {
            await session.Use("AddBatchPriorities")
                .With(unusual.ConvertAll(row => row.Batch), NpgsqlDbType.Bigint).With(unusual.ConvertAll(row => (short)row.Level), NpgsqlDbType.Smallint)
                .With(unusual.ConvertAll(row => row.Items), NpgsqlDbType.Integer)
                .RunAsync(session.Cancellation).ConfigureAwait(false);
        }
    }

    private static (LaneKey Key, LaneFill Fill) Read(Row row) =>
        (new LaneKey(row.Text(), row.Text(), (EndpointKind)row.Small(), row.Text(), row.Text()), LaneFill.Read(row));

    private static Command BindLanes(Command command, IReadOnlyCollection<LaneKey> lanes) => command
        .With(lanes.Select(l => l.Provider).ToArray(), NpgsqlDbType.Text).With(lanes.Select(l => l.Credential).ToArray(), NpgsqlDbType.Text)
        .With(lanes.Select(l => (short)l.Kind).ToArray(), NpgsqlDbType.Smallint).With(lanes.Select(l => l.Group).ToArray(), NpgsqlDbType.Text)
        .With(lanes.Select(l => l.Model).ToArray(), NpgsqlDbType.Text);

    private static Command BindFills(Command command, List<LaneFill> fills) => command
        .With(fills.ConvertAll(f => f.Id), NpgsqlDbType.Bigint)
        .With(fills.ConvertAll(f => (short)(f.IsFull ? BatchState.Sealed : BatchState.Filling)), NpgsqlDbType.Smallint)
        .With(fills.ConvertAll(f => f.Count), NpgsqlDbType.Integer)
        .With(fills.ConvertAll(f => f.Bytes), NpgsqlDbType.Bigint)
        .With(fills.ConvertAll(f => f.Tokens), NpgsqlDbType.Bigint)
        .With(fills.ConvertAll(f => f.EscalateAt?.UtcDateTime), NpgsqlDbType.TimestampTz)
        .With(fills.ConvertAll(f => f.Added), NpgsqlDbType.Integer)
        .With(fills.ConvertAll(f => f.First == long.MaxValue ? null : (long?)f.First), NpgsqlDbType.Bigint)
        .With(fills.ConvertAll(f => f.Last), NpgsqlDbType.Bigint);

    private async ValueTask<long> NextNumberAsync()
    {
        if (_numbers.Count == 0)
        {
            foreach (var number in await RequestRows.ListNumbersAsync(session, session.Use("ReserveBatches").With(ReservedAtOnce)).ConfigureAwait(false))
            {
                _numbers.Enqueue(number);
            }
        }

        return _numbers.Dequeue();
    }
}
