namespace Parsimony.Engine;

/// <summary>The current row of a result; columns are read from left to right.</summary>
internal interface IStoredRow
{
    void Skip();

    long Int64();

    int Int32();

    /// <summary>A number of an enum.</summary>
    int Small();

    bool Bool();

    Guid Uuid();

    string Text();

    DateTimeOffset Time();

    /// <summary>An amount; zero for null.</summary>
    decimal Money();

    long? Int64OrNull();

    int? Int32OrNull();

    string? TextOrNull();

    DateTimeOffset? TimeOrNull();

    decimal? MoneyOrNull();
}
