namespace Parsimony.Engine;

/// <summary>What an exported value is, whatever a database makes of it.</summary>
internal enum MovedType
{
    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A text.</summary>
    Text,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>An instant, as finely as the store keeps it.</summary>
    Time,

    /// <summary>An amount in USD, exact.</summary>
    Money,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>16 bytes.</summary>
    Uuid,

    /// <summary>A prompt or answer; in the database its page and slot.</summary>
    Payload,
}

/// <summary>A column of a noun; its name is that of the database's column and of the member in an export.</summary>
internal readonly record struct MovedColumn(string Name, MovedType Type);

/// <summary>
/// A kind of rows that an export holds: a table as both databases have it, its columns in the order in which both stores' statements (<c>ReadMoved...</c> gives
/// them, by key; <c>AddMoved...</c> takes them) name them.
/// </summary>
internal sealed class MovedNoun
{
    internal MovedNoun(string table, params IReadOnlyList<MovedColumn> columns)
    {
        Table = table;
        Columns = columns;
    }

    /// <summary>The table; also what rows of it are called in an export.</summary>
    internal string Table { get; }

    internal IReadOnlyList<MovedColumn> Columns { get; }

    /// <summary>Columns of the table that are made anew by an import, or stand for what is exported in another form.</summary>
    internal IReadOnlyList<string> Left { get; init; } = [];

    /// <summary>Whether some of its rows are open work: its reading statement is told (first parameter) whether those are left out.</summary>
    internal bool HasOpenWork { get; init; }

    internal static MovedColumn Integer(string name) => new(name, MovedType.Integer);

    internal static MovedColumn Text(string name) => new(name, MovedType.Text);

    internal static MovedColumn Flag(string name) => new(name, MovedType.Flag);

    internal static MovedColumn Time(string name) => new(name, MovedType.Time);

    internal static MovedColumn Money(string name) => new(name, MovedType.Money);

    internal static MovedColumn Bytes(string name) => new(name, MovedType.Bytes);

    internal static MovedColumn Uuid(string name) => new(name, MovedType.Uuid);

    internal static MovedColumn Payload(string name) => new(name, MovedType.Payload);

    /// <summary>Where a column stands.</summary>
    internal int IndexOf(string column)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == column)
            {
                return i;
            }
        }

        throw new InvalidOperationException($"{Table} has no column {column}.");
    }
}
