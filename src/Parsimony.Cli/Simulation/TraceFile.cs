using System.Globalization;
using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>Reads a trace, whose format is told from its first row.</summary>
internal static class TraceFile
{
    /// <summary>Reads a trace.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="UserException">The file cannot be read as a trace; says the line and what to do.</exception>
    public static async Task<Trace> ReadAsync(string path, TraceOptions options, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new UserException($"There is no trace {path}.");
        }

        ITraceFormat? format = null;
        var trace = new Trace();
        var line = 0;
        await foreach (var text in File.ReadLinesAsync(path, cancellationToken).ConfigureAwait(false))
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            var place = string.Create(CultureInfo.InvariantCulture, $"{path}, line {line}");
            try
            {
                if (format is null)
                {
                    format = Format(text, options.HintColumn, place);
                    (trace.HasPrefixes, trace.HasTimes) = (format.HasPrefixes, format.HasTimes);
                    if (format.HasHeader)
                    {
                        continue;
                    }
                }

                format.Add(text, trace, options.Stretch, place);
            }
            catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
            {
                throw new UserException($"{place}: this row is not as the ones a trace of this kind has. {exception.Message}");
            }
        }

        format?.Complete(trace);
        return trace.Requests.Count > 0 ? trace : throw new UserException($"{path} has no requests.");
    }

    private static ITraceFormat Format(string first, string? hintColumn, string place)
    {
        if (!first.StartsWith('{'))
        {
            return TokenTableFormat.Of(first, hintColumn, place);
        }

        using var row = JsonDocument.Parse(first);
        return row.RootElement switch
        {
            var root when root.TryGetProperty("hash_ids", out _) => new BlockHashFormat(hintColumn),
            var root when root.TryGetProperty("newly_append_tokens", out _) => new AgentRoundFormat(hintColumn),
            var root when root.TryGetProperty("prompt_tokens", out _) && root.TryGetProperty("round", out _) => new RequestPairFormat(hintColumn),
            var root when root.TryGetProperty("usage", out _) && root.TryGetProperty("at", out _) => new LedgerFormat(hintColumn),
            _ => throw new UserException(
                $"{place}: this is no trace I know. Known are rows with hash_ids (blocks of 512 tokens), with newly_append_tokens (agent rounds), with prompt_tokens and round (pairs of requests), the output of 'parsimony ledger --json', and tables of token counts with a header."),
        };
    }
}

/// <summary>How a trace is read.</summary>
/// <param name="Stretch">By how much the time between requests is multiplied.</param>
/// <param name="HintColumn">The column that says what callers know of a prompt's future; null for none.</param>
internal sealed record TraceOptions(double Stretch = 1, string? HintColumn = null);
