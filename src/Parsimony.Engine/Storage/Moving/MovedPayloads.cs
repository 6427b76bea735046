namespace Parsimony.Engine;

/// <summary>The payloads of some imported requests, on their way into pages. Pages are as old as the youngest of their requests, so that retention goes on as before.</summary>
internal sealed class MovedPayloads
{
    private const long Answered = (long)RequestState.Answered;

    private readonly IReadOnlyList<object?[]> _rows;
    private readonly int?[] _bodies;
    private readonly int?[] _answers;
    private readonly (int Sequence, int Identity, int State, int Accepted, int Finished) _columns;

    internal MovedPayloads(MovedNoun noun, IReadOnlyList<object?[]> rows)
    {
        _rows = rows;
        (FirstPlace, Erased) = (noun.IndexOf("body"), noun.IndexOf("is_erased"));
        _columns = (noun.IndexOf("seq"), noun.IndexOf("identity"), noun.IndexOf("state"), noun.IndexOf("accepted_at"), noun.IndexOf("finished_at"));
        Bodies = Collect(noun.IndexOf("body"), out _bodies);
        Answers = Collect(noun.IndexOf("answer"), out _answers);
    }

    internal IReadOnlyList<ReadOnlyMemory<byte>> Bodies { get; }

    internal IReadOnlyList<ReadOnlyMemory<byte>> Answers { get; }

    /// <summary>The first of the columns that stand for places; those before it are bound as they are, but for <see cref="Erased"/>.</summary>
    internal int FirstPlace { get; }

    internal int Erased { get; }

    internal long FirstSequence => SequenceOf(0);

    internal long LastSequence => SequenceOf(_rows.Count - 1);

    internal DateTimeOffset LastAccepted => Latest(_columns.Accepted);

    internal DateTimeOffset LastFinished => Latest(_columns.Finished);

    internal long SequenceOf(int row) => _rows[row][_columns.Sequence] is long sequence ? sequence : throw new FormatException("A request has no number.");

    internal Guid? IdentityOf(int row) => _rows[row][_columns.Identity] as Guid?;

    internal bool IsErased(int row) => _rows[row][Erased] is true;

    internal bool IsAnswered(int row) => _rows[row][_columns.State] is Answered;

    /// <summary>A request's body among all; null when it has none.</summary>
    internal int? BodyOf(int row) => _bodies[row];

    /// <summary>A request's answer among all; null when it has none.</summary>
    internal int? AnswerOf(int row) => _answers[row];

    private List<ReadOnlyMemory<byte>> Collect(int column, out int?[] places)
    {
        var payloads = new List<ReadOnlyMemory<byte>>(_rows.Count);
        places = new int?[_rows.Count];
        for (var i = 0; i < _rows.Count; i++)
        {
            if (_rows[i][column] is byte[] bytes)
            {
                places[i] = payloads.Count;
                payloads.Add(bytes);
            }
        }

        return payloads;
    }

    private DateTimeOffset Latest(int column) => _rows.Max(row => row[column] as DateTimeOffset?) ?? DateTimeOffset.UnixEpoch;
}
