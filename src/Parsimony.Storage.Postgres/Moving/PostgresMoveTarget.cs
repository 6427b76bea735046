using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Adds the rows of an export within one transaction: a statement for many rows.</summary>
internal sealed class PostgresMoveTarget(Session session, DateTimeOffset now) : IMoveTarget
{
    // No page: payloads that were never stored, or were pruned.
    private static readonly Guid None = Guid.Empty;
    private static readonly Guid Erased = new("ffffffff-ffff-ffff-ffff-ffffffffffff");

    private bool _isBegun;

    // Before the first row it looks from aside: what has read the partitions' parents in this transaction would keep new months from being added.
    public Task<IReadOnlyDictionary<string, long>> CountAsync() =>
        _isBegun ? CountAsync(session) : session.Database.ReadAsideAsync(CountAsync, session.Cancellation);

    public async Task AddAsync(MovedNoun noun, IReadOnlyList<object?[]> rows)
    {
        _isBegun = true;
        var add = session.Use(MovedStatements.Of(noun.Table).Add);
        if (noun.Left.Contains("lease_until", StringComparer.Ordinal))
        {
            add.With(now);
        }

        if (noun == RequestNoun.Noun)
        {
            await AddRequestsAsync(add, noun, rows).ConfigureAwait(false);
            return;
        }

        for (var i = 0; i < noun.Columns.Count; i++)
        {
            Bind(add, noun.Columns[i].Type, rows, i);
        }

        await add.RunAsync(session.Cancellation).ConfigureAwait(false);
    }

    public Task FinishAsync()
    {
        _isBegun = true;
        return session.Use("SetSequences").RunAsync(session.Cancellation);
    }

    private static async Task<IReadOnlyDictionary<string, long>> CountAsync(Session session)
    {
        var counts = await session.Use("CountMoved").ListAsync(static row => (row.Text(), row.Int64()), session.Cancellation).ConfigureAwait(false);
        return counts.ToDictionary(count => count.Item1, count => count.Item2, StringComparer.Ordinal);
    }

    private async Task AddRequestsAsync(Command add, MovedNoun noun, IReadOnlyList<object?[]> rows)
    {
        var payloads = new MovedPayloads(noun, rows);
        var id = noun.IndexOf("id");
        var bodies = new MovedPages(payloads.Bodies, session.Database.Ids);
        var answers = new MovedPages(payloads.Answers, session.Database.Ids);
        // Entries lie in the month of their request.
        await session.Database.Months.EnsureAsync(
            session.Database, bodies.Ids.Concat(answers.Ids).Concat(rows.Select(row => row[id]).OfType<Guid>()), session.Cancellation).ConfigureAwait(false);
        await bodies.WriteAsync(session, isAnswer: false, payloads, payloads.LastAccepted).ConfigureAwait(false);
        await answers.WriteAsync(session, isAnswer: true, payloads, payloads.LastFinished).ConfigureAwait(false);
        for (var i = 0; i < payloads.FirstPlace; i++)
        {
            if (i != payloads.Erased)
            {
                Bind(add, noun.Columns[i].Type, rows, i);
            }
        }

        var bodyPlaces = rows.Select((_, i) => bodies.PlaceOf(payloads.BodyOf(i)) ?? (payloads.IsErased(i) ? Erased : None, 0)).ToArray();
        var answerPlaces = rows.Select((_, i) => answers.PlaceOf(payloads.AnswerOf(i)) ?? (payloads.IsAnswered(i) ? (None, 0) : null)).ToArray();
        await add.With(Array.ConvertAll(bodyPlaces, place => place.Item1), NpgsqlDbType.Uuid).With(Array.ConvertAll(bodyPlaces, place => place.Item2), NpgsqlDbType.Integer)
            .With(Array.ConvertAll(answerPlaces, place => place?.Page), NpgsqlDbType.Uuid).With(Array.ConvertAll(answerPlaces, place => place?.Slot), NpgsqlDbType.Integer)
            .RunAsync(session.Cancellation).ConfigureAwait(false);
    }

    private static void Bind(Command add, MovedType type, IReadOnlyList<object?[]> rows, int column)
    {
        T[] Of<T>(Func<object?, T> value) => [.. rows.Select(row => value(row[column]))];
        _ = type switch
        {
            MovedType.Integer => add.With(Of(value => value as long?), NpgsqlDbType.Bigint),
            MovedType.Text => add.With(Of(value => value as string), NpgsqlDbType.Text),
            MovedType.Flag => add.With(Of(value => value is true), NpgsqlDbType.Boolean),
            MovedType.Time => add.With(Of(value => (value as DateTimeOffset?)?.UtcDateTime), NpgsqlDbType.TimestampTz),
            MovedType.Money => add.With(Of(value => value as decimal?), NpgsqlDbType.Numeric),
            MovedType.Uuid => add.With(Of(value => value as Guid?), NpgsqlDbType.Uuid),
            _ => add.With(Of(value => value as byte[]), NpgsqlDbType.Bytea),
        };
    }
}
