using System.Text.Json;

namespace Parsimony.Kill;

/// <summary>
/// A batch whose create was never heard of, found again by size and time alone, and stuck at its provider after the user cancelled its run. It may be somebody
/// else's until one of its results is read, so it is never cancelled there: the run waits for the end of the provider's window.
/// </summary>
internal sealed class StuckSuspect(string run, string store)
{
    /// <summary>A provider's window, and an hour for the engine to see to it.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(25);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Whether a process waits for exactly this: the cancel is made, and since then every open batch of the run is running and suspected, in each look of half a minute.</summary>
    public async Task<bool> IsAwaitedAsync(Task end, Task cancel, CancellationToken cancellationToken)
    {
        const int looks = 6;
        var seen = 0;
        while (seen < looks)
        {
            await Task.WhenAny(end, Task.Delay(Pause, cancellationToken));
            if (end.IsCompleted)
            {
                return false;
            }

            seen = cancel.IsCompletedSuccessfully && await IsSeenAsync(cancellationToken) ? seen + 1 : 0;
        }

        return true;
    }

    private async Task<bool> IsSeenAsync(CancellationToken cancellationToken)
    {
        using var status = ProgramRun.Start(crashAt: null, ["status", $"run-{run}", "--store", store, "--json"]);
        var (exitCode, output) = await status.EndAsync(Limit, cancellationToken);
        if (exitCode != 0)
        {
            return false;
        }

        using var document = JsonDocument.Parse(output);
        var batches = document.RootElement.GetProperty("batches").EnumerateArray().ToList();
        return batches.Count > 0
            && batches.TrueForAll(batch => batch.GetProperty("state").GetString() == "running" && batch.GetProperty("suspected").GetBoolean());
    }
}
