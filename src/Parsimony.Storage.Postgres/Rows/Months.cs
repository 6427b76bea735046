using System.Collections.Concurrent;
using NpgsqlTypes;

namespace Parsimony.Storage.Postgres;

/// <summary>The monthly partitions of pages and ledger, which must be there before rows of their month are written.</summary>
/// <remarks>
/// Adding one waits for those who are using the partitions for all other ids: call this before a transaction touches pages or ledger.
/// </remarks>
internal sealed class Months
{
    private readonly ConcurrentDictionary<DateOnly, bool> _known = new();

    /// <summary>Adds what is missing for rows with these ids (UUIDv7), in a transaction of its own.</summary>
    internal async Task EnsureAsync(PostgresDatabase database, IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        SortedSet<DateOnly>? missing = null;
        foreach (var id in ids)
        {
            if (Of(id) is { } month && !_known.ContainsKey(month))
            {
                (missing ??= []).Add(month);
            }
        }

        if (missing is null)
        {
            return;
        }

        await database.WriteAsideAsync(
            session => session.Use("AddMonths").With(missing, NpgsqlDbType.Date).RunAsync(cancellationToken),
            cancellationToken).ConfigureAwait(false);
        foreach (var month in missing)
        {
            _known[month] = true;
        }
    }

    /// <summary>A partition was dropped, by this node or another: what is there is asked again.</summary>
    internal void Forget() => _known.Clear();

    /// <summary>The first day of the month an id was made in; null when its first bits are no plausible time.</summary>
    internal static DateOnly? Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        long milliseconds = 0;
        foreach (var part in bytes[..6])
        {
            milliseconds = (milliseconds << 8) | part;
        }

        // 48 bits of milliseconds reach beyond what a date can hold.
        if (milliseconds > 4_102_444_799_999)
        {
            return null;
        }

        var time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return time.Year >= 2020 ? new DateOnly(time.Year, time.Month, 1) : null;
    }
}
