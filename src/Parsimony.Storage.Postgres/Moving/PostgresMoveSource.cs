using System.Runtime.CompilerServices;
using Npgsql;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Reads one snapshot of a schema, by cursors.</summary>
internal sealed class PostgresMoveSource(Session session, NpgsqlTransaction transaction, bool onlyEnded) : IMoveSource
{
    private const long MostPages = 32L << 20;

    private readonly PageCache<Guid> _pages = new(MostPages);

    public async IAsyncEnumerable<object?[]> ReadAsync(MovedNoun noun, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var declare = session.Use(MovedStatements.Of(noun.Table).Read);
        await (noun.HasOpenWork ? declare.With(onlyEnded) : declare).RunAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var rows = await session.Use("ReadMoved").ListAsync(row => Read(row, noun), cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
            {
                // Now that the rows are read, the connection can be asked for payloads.
                for (var i = 0; i < row.Length; i++)
                {
                    if (row[i] is Place place)
                    {
                        row[i] = await ReadPayloadAsync(place, cancellationToken).ConfigureAwait(false);
                    }
                }

                yield return row;
            }

            if (rows.Count == 0)
            {
                break;
            }
        }

        await session.Use("RemoveMovedCursor").RunAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync().ConfigureAwait(false);
        await session.Connection.DisposeAsync().ConfigureAwait(false);
    }

    private static object?[] Read(Row row, MovedNoun noun)
    {
        var values = new object?[noun.Columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = noun.Columns[i].Type switch
            {
                MovedType.Integer => row.Int64OrNull(),
                MovedType.Text => row.TextOrNull(),
                MovedType.Flag => row.Bool(),
                MovedType.Time => row.TimeOrNull(),
                MovedType.Money => row.MoneyOrNull(),
                MovedType.Uuid => row.UuidOrNull(),
                MovedType.Bytes => row.BytesOrNull(),
                _ => row.UuidOrNull() is { } page ? new Place(page, row.Int32OrNull() ?? 0) : Skipped(row),
            };
        }

        return values;
    }

    private static object? Skipped(Row row)
    {
        row.Skip();
        return null;
    }

    private async Task<byte[]?> ReadPayloadAsync(Place place, CancellationToken cancellationToken)
    {
        if (_pages.Find(place.Page) is not { } raw)
        {
            var (codec, rawBytes, data) = await session.Use("ReadPage").With(place.Page)
                .FirstAsync(static row => (row.Small(), row.Int32(), row.Bytes()), cancellationToken).ConfigureAwait(false);
            if (data is null)
            {
                return null;
            }

            raw = PageRows.Open(session.Database, place.Page, codec, rawBytes, data);
            _pages.Add(place.Page, raw);
        }

        return PackedPage.Slice(raw, place.Slot).ToArray();
    }

    private sealed record Place(Guid Page, int Slot);
}
