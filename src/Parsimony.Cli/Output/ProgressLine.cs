using Parsimony.Engine;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary>One line of progress: answered items, open batches, spending. Never a percentage a provider does not give.</summary>
internal sealed class ProgressLine(Terminal terminal, TimeProvider real)
{
    private static readonly TimeSpan Plain = TimeSpan.FromSeconds(5);
    private readonly long _started = real.GetTimestamp();
    private long _shown;
    private string _last = "";

    /// <summary>Shows where a run stands; in a file or pipe only every few seconds, and only what changed.</summary>
    public void Show(ScopeTotals totals, IReadOnlyList<Batch> batches)
    {
        var text = Text(totals, batches);
        if (terminal.IsJson || text == _last)
        {
            return;
        }

        if (Console.IsErrorRedirected)
        {
            if (_shown != 0 && real.GetElapsedTime(_shown) < Plain)
            {
                return;
            }

            terminal.Note(text);
        }
        else
        {
            terminal.Error.Markup($"\r{Markup.Escape(text)}\u001b[K");
        }

        _shown = real.GetTimestamp();
        _last = text;
    }

    /// <summary>Ends the line.</summary>
    public void End()
    {
        if (!Console.IsErrorRedirected && _shown != 0 && !terminal.IsJson)
        {
            terminal.Error.WriteLine();
        }
    }

    private string Text(ScopeTotals totals, IReadOnlyList<Batch> batches)
    {
        var atProvider = batches.Count(batch => batch.State is BatchState.Running or BatchState.Cancelling or BatchState.Ended);
        var waiting = batches.Count - atProvider;
        var ended = totals.Failed + totals.Expired + totals.Cancelled;
        return $"{totals.Answered:N0} of {totals.Total:N0} answered"
            + (ended > 0 ? $", {ended:N0} ended without" : "")
            + (totals.Held > 0 ? $", {totals.Held:N0} held by the cost limit" : "")
            + $" | {atProvider} batches at providers, {waiting} on their way"
            + $" | {Usd.Format(totals.SpentUsd)} USD so far | {real.GetElapsedTime(_started):mm\\:ss}";
    }
}
