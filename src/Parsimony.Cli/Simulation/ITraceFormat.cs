using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>A kind of trace.</summary>
internal interface ITraceFormat
{
    /// <summary>Whether its first line names columns.</summary>
    bool HasHeader => false;

    /// <summary>Whether it says which prompts begin alike.</summary>
    bool HasPrefixes => true;

    /// <summary>Whether it says when requests came.</summary>
    bool HasTimes => true;

    /// <summary>Adds a row's request.</summary>
    void Add(string text, Trace trace, double stretch, string place);

    /// <summary>Adds what was kept back until all rows were read.</summary>
    void Complete(Trace trace)
    {
    }

    /// <summary>What a row says of its prompt's future.</summary>
    /// <exception cref="UserException">The column is missing, or says something else.</exception>
    static ReuseHint Hint(string? value, string column, string place) => value switch
    {
        "continued" => ReuseHint.Continued,
        "shared" => ReuseHint.Shared,
        "single" => ReuseHint.Single,
        "" => ReuseHint.Unknown,
        null => throw new UserException($"{place}: there is no column {column}. Name the one that holds continued, shared or single, or leave --hints out."),
        _ => throw new UserException($"{place}: the hint '{value}' in column {column} is not continued, shared or single. Correct it, or leave it empty where nothing is known."),
    };

    /// <summary>The same of a JSON row.</summary>
    static ReuseHint Hint(JsonElement row, string? column, string place) =>
        column is null ? ReuseHint.Unknown : Hint(row.TryGetProperty(column, out var value) ? value.GetString() ?? "" : null, column, place);

    /// <summary>A count of tokens.</summary>
    /// <exception cref="UserException">It is missing or negative.</exception>
    static int Tokens(JsonElement row, string name, string place) =>
        row.TryGetProperty(name, out var value) && value.TryGetInt32(out var tokens) && tokens >= 0
            ? tokens
            : throw new UserException($"{place}: {name} must be a number of tokens, zero or more.");
}
