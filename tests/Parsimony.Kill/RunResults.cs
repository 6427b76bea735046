using System.Text.Json;

namespace Parsimony.Kill;

/// <summary>Looks at a run's results: a row each, every one ended.</summary>
internal static class RunResults
{
    /// <summary>Adds what is not as it must be, and the count, to an outcome.</summary>
    /// <param name="run">The run, for messages.</param>
    /// <param name="output">What <c>parsimony results</c> wrote.</param>
    /// <param name="exitCode">How the run ended.</param>
    /// <param name="rows">Rows of its input.</param>
    /// <param name="outcome">Takes it.</param>
    public static void Compare(string run, string output, int exitCode, int rows, Reckoned outcome)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var answered = 0;
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            using var document = JsonDocument.Parse(line);
            ids.Add(document.RootElement.GetProperty("id").GetString() ?? "");
            var state = document.RootElement.GetProperty("state").GetString();
            answered += state == "answered" ? 1 : 0;
            if (state is not ("answered" or "failed" or "expired" or "cancelled"))
            {
                outcome.Differences.Add($"run {run}: {document.RootElement.GetProperty("id")} has not ended: {state}");
            }
        }

        outcome.Requests += rows;
        if (lines.Length != rows || ids.Count != rows)
        {
            outcome.Differences.Add($"run {run}: {lines.Length} results of {ids.Count} rows, not {rows}");
        }

        if (exitCode == 0 && answered != rows)
        {
            outcome.Differences.Add($"run {run}: exit code 0 and {answered} answers of {rows}");
        }
    }
}
