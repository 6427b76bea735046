using System.Globalization;
using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>The demo's one run: messages to two simulated providers at once, on to the receipt and the providers' own bill.</summary>
internal sealed class DemoRun(DemoFolder folder, Session session, Terminal terminal)
{
    public const string Scope = "demo";

    /// <summary>Half of the messages each; both have batches at half price.</summary>
    public static readonly IReadOnlyList<string> Models = ["anthropic/claude-haiku-5-5", "openAI/gpt-5-mini"];

    private static readonly TimeSpan Deadline = TimeSpan.FromHours(6);
    private const decimal PicoPerUsd = 1_000_000_000_000m;

    /// <summary>Goes from wherever the run stands to its end.</summary>
    public async Task<DemoOutcome> ExecuteAsync(Uri sandbox, CancellationToken cancellationToken)
    {
        var plans = new List<RunPlan>();
        foreach (var model in Models)
        {
            plans.Add(await RunPlan.CreateAsync(
                new RunArguments { Input = folder.Messages, Model = model, Prompt = "Message:\n{{text}}", System = folder.Instructions, Name = Scope, MaxOutputTokens = 512 },
                cancellationToken).ConfigureAwait(false));
        }

        await session.Store.Runs.BeginAsync(Scope, "support messages -> labels", maxCostUsd: null, session.Clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        using var stages = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var engine = Task.Run(() => session.Runtime.RunAsync(stages.Token), CancellationToken.None);
        try
        {
            var feed = new DemoFeed(plans, session.Runtime);
            var (total, added) = await feed.FeedAsync(Scope, session.Clock.GetUtcNow() + Deadline, cancellationToken).ConfigureAwait(false);
            terminal.Note(added == total
                ? string.Create(CultureInfo.InvariantCulture, $"{total} messages accepted, to be answered within {Deadline.TotalHours:0} hours (sandbox time).")
                : string.Create(CultureInfo.InvariantCulture, $"{total} messages, {total - added} of them accepted before: nothing is asked or paid for twice."));
            await session.Store.Batches.FlushAsync(Scope, session.Clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            session.Runtime.Signals.Wake();
            var (totals, end) = await new RunWatch(session, Scope, new ProgressLine(terminal, TimeProvider.System), engine, new StorePatience(terminal, TimeProvider.System)).WaitAsync(cancellationToken).ConfigureAwait(false);
            return await ReadAsync(totals, end, feed.Labels, sandbox, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await stages.CancelAsync().ConfigureAwait(false);
            await engine.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<DemoOutcome> ReadAsync(
        ScopeTotals totals, RunEnd end, Dictionary<string, string> labels, Uri sandbox, CancellationToken cancellationToken)
    {
        var agreed = 0;
        await foreach (var result in session.Store.Runs.ReadResultsAsync(Scope, cancellationToken).ConfigureAwait(false))
        {
            var answer = result.Answer is { } body ? AnswerText.Read(session.Runtime.Context.Providers, result.Request, body) : null;
            agreed += string.Equals(answer?.Trim(), labels.GetValueOrDefault(result.Item.ItemId), StringComparison.OrdinalIgnoreCase) ? 1 : 0;
        }

        var receipt = await ReceiptTable.BuildAsync(session.Store, Scope, totals, cancellationToken).ConfigureAwait(false);
        return new DemoOutcome(totals, end, receipt, agreed, await BillAsync(sandbox, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<decimal> BillAsync(Uri sandbox, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var body = await http.GetByteArrayAsync(new Uri(sandbox, "sandbox/bill"), cancellationToken).ConfigureAwait(false);
        using var document = JsonDocument.Parse(body);
        return decimal.Parse(document.RootElement.GetProperty("total").GetString() ?? "", CultureInfo.InvariantCulture) / PicoPerUsd;
    }
}

/// <summary>How the demo came out.</summary>
/// <param name="Totals">Its run's totals.</param>
/// <param name="End">Why the wait ended.</param>
/// <param name="Receipt">What our ledger says.</param>
/// <param name="Agreed">Answers that are the message's label.</param>
/// <param name="BillUsd">What the simulated providers say they charged.</param>
internal sealed record DemoOutcome(ScopeTotals Totals, RunEnd End, Receipt Receipt, int Agreed, decimal BillUsd)
{
    /// <summary>What the providers charged and our ledger does not know.</summary>
    public decimal DifferenceUsd => BillUsd - Receipt.ActualUsd;

    /// <summary>Share of answers that are the message's label, in per cent.</summary>
    public decimal AgreementPercent => Totals.Answered == 0 ? 0 : 100m * Agreed / Totals.Answered;

    /// <summary>Whether the ledger accounts for the bill: equal, or apart by no more than it says it does not know.</summary>
    public bool IsAccountedFor => DifferenceUsd == 0 || (DifferenceUsd > 0 && Receipt.UnknownCost > 0 && DifferenceUsd <= Receipt.UnknownUpperBoundUsd);

    public int ExitCode =>
        End != RunEnd.Finished || Totals.Answered < Totals.Total ? Cli.ExitCode.SomeFailed
        : IsAccountedFor ? Cli.ExitCode.Done
        : Cli.ExitCode.Internal;
}
