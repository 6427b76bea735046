using System.Globalization;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>Checks of what a store has open: nodes, switches, batches, limits.</summary>
internal sealed class StoreChecks(IEngineStore store, DateTimeOffset now, double speed)
{
    private const int MostBatches = 10_000;
    private const int MostRuns = 1_000;
    private static readonly TimeSpan SkewLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Stuck = TimeSpan.FromHours(1);
    private static readonly TimeSpan Overdue = TimeSpan.FromHours(25);

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) =>
    [
        .. await NodesAsync(cancellationToken).ConfigureAwait(false),
        .. await SwitchesAsync(cancellationToken).ConfigureAwait(false),
        .. await BatchesAsync(cancellationToken).ConfigureAwait(false),
        .. await RunsAsync(cancellationToken).ConfigureAwait(false),
        .. await ErasuresAsync(cancellationToken).ConfigureAwait(false),
    ];

    private async Task<IEnumerable<Finding>> NodesAsync(CancellationToken cancellationToken)
    {
        var nodes = await store.Nodes.ListAsync(cancellationToken).ConfigureAwait(false);
        var latest = nodes.Select(node => node.SeenAt).Append(now).Max();
        return
        [
            .. nodes.Where(node => node.Skew.Duration() > SkewLimit && node.State != NodeState.Stopped).Select(node => new Finding(
                "clock", Severity.Warning, string.Create(CultureInfo.InvariantCulture, $"the clock of node {node.Owner} is {node.Skew.TotalSeconds:+0.0;-0.0} s off the store's"), "Set that machine's clock (NTP): deadlines and polls are off by as much.")),
            .. nodes.Where(node => node.State != NodeState.Stopped && node.SeenAt < latest - (Silent * speed)).Select(node => new Finding(
                "nodes", Severity.Note, string.Create(CultureInfo.InvariantCulture, $"node {node.Owner} was last heard of at {node.SeenAt:u} and did not say that it stops"), "It was killed or does not reach the store. Its work is taken over; start another if there is none: parsimony node.")),
        ];
    }

    private async Task<IEnumerable<Finding>> SwitchesAsync(CancellationToken cancellationToken) =>
        (await store.Switches.ReadAsync(cancellationToken).ConfigureAwait(false)).Where(said => said.Setting != SwitchSetting.Open).Select(said => new Finding(
            "switches", Severity.Warning, string.Create(CultureInfo.InvariantCulture, $"{said}, said {said.By} at {said.At:u}"), $"When the reason is gone: parsimony provider resume {said.Provider}."));

    private async Task<IEnumerable<Finding>> BatchesAsync(CancellationToken cancellationToken)
    {
        var open = await store.Batches.ListOpenAsync(null, MostBatches, cancellationToken).ConfigureAwait(false);
        Finding? Of(string check, Func<Batch, bool> which, string what, string remedy)
        {
            var found = open.Where(which).ToList();
            return found.Count == 0 ? null : new Finding(
                check, Severity.Warning, string.Create(CultureInfo.InvariantCulture, $"{found.Count:N0} batches with {found.Sum(batch => (long)batch.Count):N0} requests {what}: {string.Join(", ", found.Take(5).Select(batch => batch.Key))}{(found.Count > 5 ? ", ..." : "")}"), remedy);
        }

        return new[]
        {
            Of("uncertain_batches", batch => batch.State == BatchState.Quarantined, "may or may not exist at the provider", "They end by themselves when the provider lets it be proven; nothing is bought twice before. 'parsimony explain' tells of a request."),
            Of("uncertain_batches", batch => batch.State == BatchState.Submitting && batch.CreateSentAt < now - Stuck, "were to be created over an hour ago, and nobody knows whether they were", "Make sure that a node runs ('parsimony nodes') and reaches the provider."),
            Of("waiting_batches", batch => batch.State == BatchState.Sealed && batch.SealedAt < now - Stuck, "have waited over an hour to be submitted", "Look for a switch, a credential that is missing, or a full queue at the provider: parsimony node --verbose."),
            Of("uncollected_batches", batch => batch.State == BatchState.Ended && batch.EndedAt < now - Stuck, "ended over an hour ago and are not collected", "Make sure that a node runs; results are deleted by the provider one day."),
            Of("overdue_batches", batch => batch.State is BatchState.Running or BatchState.Cancelling && batch.SubmittedAt < now - Overdue, "have been with the provider for over a day", "Look at the provider's own status page."),
        }.OfType<Finding>();
    }

    private async Task<IEnumerable<Finding>> RunsAsync(CancellationToken cancellationToken)
    {
        var runs = await store.Runs.ListAsync(MostRuns, cancellationToken).ConfigureAwait(false);
        return
        [
            .. runs.Where(run => run.Totals.Held > 0).Select(run => new Finding(
                "held_runs", Severity.Warning, string.Create(CultureInfo.InvariantCulture, $"run {run.Totals.Scope}: its cost limit holds {run.Totals.Held:N0} requests back"), "Start it again with a higher --max-cost, or cancel them: parsimony cancel.")),
            .. runs.Where(run => run.Totals.Failed + run.Totals.Expired > 0).Select(run => new Finding(
                "failed_requests", Severity.Note, string.Create(CultureInfo.InvariantCulture, $"run {run.Totals.Scope}: {run.Totals.Failed + run.Totals.Expired:N0} requests failed or came too late"), $"See why: parsimony results {run.Totals.Scope}; try again: parsimony retry {run.Totals.Scope}.")),
        ];
    }

    private async Task<IEnumerable<Finding>> ErasuresAsync(CancellationToken cancellationToken) =>
        (await store.Payloads.ListErasuresAsync(onlyOpen: true, MostRuns, cancellationToken).ConfigureAwait(false)).Select(erasure => new Finding(
            "open_erasures", Severity.Warning, string.Create(CultureInfo.InvariantCulture, $"the erasure of {erasure.RequestedAt:u} has not come to its end"), "Ask for it again: parsimony erase goes on where it stopped."));
}
