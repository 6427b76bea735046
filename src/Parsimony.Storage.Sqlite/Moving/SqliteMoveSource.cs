using System.Runtime.CompilerServices;
using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Reads one snapshot of a database.</summary>
internal sealed class SqliteMoveSource(Connection connection, IDisposable? held, bool onlyEnded) : IMoveSource
{
    private const long MostPages = 32L << 20;

    private readonly PageCache<long> _pages = new(MostPages);

    public async IAsyncEnumerable<object?[]> ReadAsync(MovedNoun noun, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // SQLite answers at once; others get their turn.
        await Task.Yield();
        using var row = connection.Use(MovedStatements.Of(noun.Table).Read);
        if (noun.HasOpenWork)
        {
            row.With(onlyEnded);
        }

        while (row.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var values = new object?[noun.Columns.Count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = noun.Columns[i].Type == MovedType.Payload ? ReadPayload(row.Int64OrNull(), row.Int32OrNull()) : Read(row, noun.Columns[i].Type);
            }

            yield return values;
        }
    }

    public ValueTask DisposeAsync()
    {
        connection.Use("Commit").Run();
        if (held is null)
        {
            connection.Dispose();
        }
        else
        {
            held.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static object? Read(Statement row, MovedType type)
    {
        if (row.IsNull())
        {
            row.Skip();
            return null;
        }

        return type switch
        {
            MovedType.Integer => row.Int64(),
            MovedType.Text => row.Text(),
            MovedType.Flag => row.Bool(),
            MovedType.Time => row.Time(),
            MovedType.Money => row.Money(),
            MovedType.Uuid => row.Uuid(),
            _ => row.Bytes().ToArray(),
        };
    }

    private byte[]? ReadPayload(long? page, int? slot)
    {
        // Page 0 is none, and -1 an erased one.
        if (page is not > 0 || slot is not { } index)
        {
            return null;
        }

        if (_pages.Find(page.Value) is not { } raw)
        {
            if (PayloadReader.ReadPage(connection, page.Value) is not { } read)
            {
                return null;
            }

            raw = read;
            _pages.Add(page.Value, raw);
        }

        return PackedPage.Slice(raw, index).ToArray();
    }
}
