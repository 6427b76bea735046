using System.Buffers.Binary;
using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Adds the rows of an export within one transaction.</summary>
internal sealed class SqliteMoveTarget(Connection connection, DateTimeOffset now) : IMoveTarget
{
    private long _lastSequence;

    public Task<IReadOnlyDictionary<string, long>> CountAsync()
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        using var row = connection.Use("CountMoved");
        while (row.Step())
        {
            counts.Add(row.Text(), row.Int64());
        }

        return Task.FromResult<IReadOnlyDictionary<string, long>>(counts);
    }

    public Task AddAsync(MovedNoun noun, IReadOnlyList<object?[]> rows)
    {
        if (noun == RequestNoun.Noun)
        {
            AddRequests(noun, rows);
            return Task.CompletedTask;
        }

        foreach (var row in rows)
        {
            var add = connection.Use(MovedStatements.Of(noun.Table).Add);
            for (var i = 0; i < row.Length; i++)
            {
                Bind(add, row[i]);
            }

            if (noun.Left.Contains("lease_until", StringComparer.Ordinal))
            {
                add.With(now);
            }

            add.Run();
        }

        return Task.CompletedTask;
    }

    public Task FinishAsync()
    {
        connection.Use("SetCounter").With(_lastSequence).With("identities_merged_to").Run();
        connection.Use("SetScopeEntries").Run();
        return Task.CompletedTask;
    }

    private void AddRequests(MovedNoun noun, IReadOnlyList<object?[]> rows)
    {
        var payloads = new MovedPayloads(noun, rows);
        var bodies = payloads.Bodies.Count == 0 ? null : new PayloadPages(connection, payloads.Bodies);
        var answers = payloads.Answers.Count == 0 ? null : new PayloadPages(connection, payloads.Answers);
        for (var i = 0; i < rows.Count; i++)
        {
            var add = connection.Use("AddMovedRequests");
            for (var column = 0; column < payloads.FirstPlace; column++)
            {
                if (column != payloads.Erased)
                {
                    Bind(add, rows[i][column]);
                }
            }

            var (body, slot) = payloads.BodyOf(i) is { } bodyIndex && bodies is not null ? bodies.PlaceOf(bodyIndex) : (payloads.IsErased(i) ? -1 : 0, 0);
            add.With(body).With(slot);
            if (!payloads.IsAnswered(i))
            {
                add.WithNull().WithNull();
            }
            else
            {
                var (answer, answerSlot) = payloads.AnswerOf(i) is { } answerIndex && answers is not null ? answers.PlaceOf(answerIndex) : (0, 0);
                add.With(answer).With(answerSlot);
            }

            add.With(now).Run();
            AddIdentity(payloads.SequenceOf(i), payloads.IdentityOf(i));
        }

        bodies?.Write(connection, isAnswer: false, payloads.FirstSequence, payloads.LastSequence, payloads.LastAccepted);
        answers?.Write(connection, isAnswer: true, payloads.FirstSequence, payloads.LastSequence, payloads.LastFinished);
        _lastSequence = payloads.LastSequence;
    }

    private void AddIdentity(long sequence, Guid? identity)
    {
        if (identity is { } known)
        {
            Span<byte> bytes = stackalloc byte[16];
            known.TryWriteBytes(bytes, bigEndian: true, out _);
            connection.Use("AddMovedIdentity").With(BinaryPrimitives.ReadInt64BigEndian(bytes)).With(sequence).Run();
        }
    }

    private static void Bind(Statement add, object? value)
    {
        switch (value)
        {
            case null:
                add.WithNull();
                break;
            case long number:
                add.With(number);
                break;
            case bool flag:
                add.With(flag);
                break;
            case DateTimeOffset time:
                add.With(time);
                break;
            case decimal amount:
                add.With(amount);
                break;
            case Guid id:
                add.WithId(new RequestId(id));
                break;
            case byte[] bytes:
                add.With(bytes.AsSpan());
                break;
            default:
                add.With(value.ToString());
                break;
        }
    }
}
