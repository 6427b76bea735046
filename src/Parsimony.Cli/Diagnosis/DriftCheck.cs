using System.Globalization;
using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>Looks at the stored prompts of each workload's latest requests: which block moved, since when, and what that wasted.</summary>
internal sealed class DriftCheck(IEngineStore store, PriceList prices, DateTimeOffset since, DateTimeOffset now)
{
    private const int Requests = 40;
    private const int MostWorkloads = 50;
    private const long BytesPerToken = 4;

    // Providers that say nothing of a smallest prefix are taken to have the usual one.
    private const int UsualSmallest = 1_024;

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var latest = new Dictionary<PrefixWorkload, (Queue<(long Sequence, DateTimeOffset At)> Requests, long Calls)>();
        await foreach (var row in store.Ledger.ReadAsync(null, cancellationToken).ConfigureAwait(false))
        {
            if (row.Entry.At < since || row.Entry.Kind is LedgerKind.Correction or LedgerKind.Reuse)
            {
                continue;
            }

            var workload = PrefixDriftMonitor.WorkloadOf(row.Profile);
            var (requests, calls) = latest.TryGetValue(workload, out var known) ? known : (new(), 0);
            requests.Enqueue((row.Entry.Sequence, row.Entry.At));
            if (requests.Count > Requests)
            {
                requests.Dequeue();
            }

            latest[workload] = (requests, calls + 1);
        }

        var findings = new List<Finding>();
        foreach (var (workload, (requests, calls)) in latest.OrderByDescending(entry => entry.Value.Calls).Take(MostWorkloads))
        {
            if (await LookAsync(workload, [.. requests.DistinctBy(request => request.Sequence)], calls, cancellationToken).ConfigureAwait(false) is { } finding)
            {
                findings.Add(finding);
            }
        }

        return findings;
    }

    private async Task<Finding?> LookAsync(PrefixWorkload workload, IReadOnlyList<(long Sequence, DateTimeOffset At)> requests, long calls, CancellationToken cancellationToken)
    {
        var detector = new PrefixDriftDetector(1);
        Envelope? before = null;
        int? offset = null;
        var looked = 0;
        foreach (var (sequence, at) in requests)
        {
            if (await ReadAsync(sequence, cancellationToken).ConfigureAwait(false) is not { } envelope)
            {
                continue;
            }

            looked++;
            if (detector.Observe(workload, PrefixBlock.Of(envelope), at) is { } found && before is not null)
            {
                offset = PrefixBlock.FirstDifference(before, envelope, found.Block);
            }

            before = envelope;
        }

        // Less than a provider would have kept is not wasted.
        var smallest = ModelCatalogue.Default.Find(workload.Model)?.MinCacheTokens ?? UsualSmallest;
        if (detector.Current is not [var drift] || drift.WastedTokens < smallest)
        {
            return null;
        }

        var usd = drift.WastedUsd(prices, now);
        var where = offset is { } bytes ? string.Create(CultureInfo.InvariantCulture, $", from byte {bytes:N0} of it on") : "";
        return new Finding(
            "prefix_drift", Severity.Warning,
            string.Create(CultureInfo.InvariantCulture, $"{MoneyChecks.Name(workload)}: {Words(drift.Kind)} block {drift.Block} ({drift.BlockKind}, {drift.BlockBytes:N0} bytes){where}, since {drift.Since:u}; {drift.Calls:N0} of the latest {looked:N0} requests could have read {drift.WastedTokens:N0} tokens more from the cache{(usd is { } worth ? $", {Usd.Format(worth)} USD at live prices" : "")}"),
            Remedy(drift.Kind))
        {
            Usd = usd,
            Figures =
            [
                ("workload", MoneyChecks.Name(workload)), ("kind", drift.Kind.ToString().ToLowerInvariant()), ("block", drift.Block.ToString(CultureInfo.InvariantCulture)), ("block_kind", drift.BlockKind),
                ("block_bytes", drift.BlockBytes.ToString(CultureInfo.InvariantCulture)), ("first_difference", offset?.ToString(CultureInfo.InvariantCulture) ?? ""), ("since", drift.Since.ToString("O", CultureInfo.InvariantCulture)),
                ("requests", drift.Calls.ToString(CultureInfo.InvariantCulture)), ("looked_at", looked.ToString(CultureInfo.InvariantCulture)), ("calls", calls.ToString(CultureInfo.InvariantCulture)), ("wasted_tokens", (drift.WastedBytes / BytesPerToken).ToString(CultureInfo.InvariantCulture)),
            ],
        };
    }

    // What is pruned, erased, or protected by a key that is not here cannot be looked at.
    private async Task<Envelope?> ReadAsync(long sequence, CancellationToken cancellationToken)
    {
        try
        {
            return await store.Requests.ReadEnvelopeAsync(sequence, cancellationToken).ConfigureAwait(false) is { } envelope && PrefixBlock.Of(envelope).Count > 0 ? envelope : null;
        }
        catch (Exception exception) when (exception is PayloadProtectionException or JsonException)
        {
            return null;
        }
    }

    private static string Words(PrefixDriftKind kind) => kind switch
    {
        PrefixDriftKind.Volatile => "another content in every request at",
        PrefixDriftKind.Inserted => "something was put in at",
        PrefixDriftKind.Removed => "something was left out at",
        PrefixDriftKind.Moved => "the order changed at",
        _ => "another content at",
    };

    private static string Remedy(PrefixDriftKind kind) => kind switch
    {
        PrefixDriftKind.Volatile => "Take times, ids and names out of it, or move them behind what is the same in all requests: into the last user turn.",
        PrefixDriftKind.Moved => "Send tools and instructions in the same order each time: sort them by name.",
        PrefixDriftKind.Inserted or PrefixDriftKind.Removed => "Put what only some requests have behind what all have.",
        _ => "If it was changed on purpose there is nothing to do: the cache fills anew.",
    };
}
