using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary><c>parsimony explain</c>: one request's way, reasons and money.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("ID") { Description = "A request's id, as in the field 'request' of results." };
        var store = SharedOptions.Store();
        var json = SharedOptions.Json();
        var command = new Command("explain", "Say what became of one request, why, and what it cost, and decide it again. Calls nobody.") { id, store, json };
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                if (!RequestId.TryParse(parsed.GetRequiredValue(id), out var request))
                {
                    throw new UserException($"'{parsed.GetRequiredValue(id)}' is not a request id: 32 hexadecimal digits, as in the field 'request' of results.");
                }

                var session = await Session.OpenAsync(
                    new SessionOptions { Store = parsed.GetValue(store), NeedsProviders = false }, terminal, cancellationToken).ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    return await ExplainAsync(session.Store, request, terminal, cancellationToken).ConfigureAwait(false);
                }
            },
            json);
        return command;
    }

    private static async Task<int> ExplainAsync(IEngineStore store, RequestId id, Terminal terminal, CancellationToken cancellationToken)
    {
        if (await store.Requests.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } request)
        {
            throw new UserException($"There is no request {id} in this store.");
        }

        var batch = request.Batch is { } number ? await store.Batches.FindAsync(number, cancellationToken).ConfigureAwait(false) : null;
        var entries = await store.Ledger.ReadRequestAsync(request.Sequence, cancellationToken).ConfigureAwait(false);
        var decision = await store.Requests.ReadDecisionAsync(request.Sequence, cancellationToken).ConfigureAwait(false);
        if (terminal.IsJson)
        {
            using var stream = Console.OpenStandardOutput();
            using var writer = new Utf8JsonWriter(stream);
            ExplainJson.Write(writer, request, batch, entries, decision);
        }
        else
        {
            Show(terminal, request, batch, entries, decision);
        }

        return decision is null || IsDecidedAgain(decision) ? ExitCode.Done : ExitCode.Found;
    }

    private static void Show(Terminal terminal, StoredRequest request, Batch? batch, IReadOnlyList<LedgerRow> entries, StoredDecision? decision)
    {
        terminal.Line($"request   {request.Id} of {request.Scope}");
        terminal.Line($"model     {request.Profile.Model} ({request.Profile.Kind.ToString().ToLowerInvariant()}, credential {request.Profile.Credential})");
        terminal.Line($"state     {request.State.ToString().ToLowerInvariant()}{(request.IsHeld ? ", held by the run's cost limit" : "")}{(request.FailureCode is { } code ? $" ({code})" : "")}");
        terminal.Line($"reason    {request.Reason}");
        terminal.Line($"accepted  {request.AcceptedAt:u}{(request.Deadline is { } deadline ? $", deadline {deadline:u}" : "")}{(request.FinishedAt is { } end ? $", ended {end:u}" : "")}");
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"attempts  {request.Attempt}, of them live and failed {request.Sends}, of unknown outcome {request.Uncertain}"));
        if (batch is not null)
        {
            terminal.Line($"batch     {batch.Id} at {batch.Provider}, {batch.State.ToString().ToLowerInvariant()}{(batch.ProviderBatchId is { } provided ? $", {provided}" : "")}");
        }

        foreach (var row in entries)
        {
            terminal.Line("ledger    " + Text(row.Entry));
        }

        foreach (var line in decision is null ? ["decided   not on record: accepted by an earlier version or planned elsewhere, or pruned since"] : DecisionView.Lines(decision))
        {
            terminal.Line(line);
        }
    }

    // What another version's planner was told cannot be told this one; that is no difference.
    private static bool IsDecidedAgain(StoredDecision decision)
    {
        try
        {
            return decision.Replay().IsSame;
        }
        catch (FormatException)
        {
            return true;
        }
    }

    private static string Text(LedgerEntry entry) =>
        $"attempt {entry.Attempt} {entry.Kind.ToString().ToLowerInvariant()}: "
        + (entry.CostUsd is { } cost
            ? $"{Usd.Format(cost)} USD, plain live price {Usd.Format(entry.BaselineUsd ?? cost)} USD, "
                + ChargeText.Source(entry)
            : $"cost unknown ({entry.PriceSource})" + (entry.UpperBoundUsd is { } bound ? $", at most {Usd.Format(bound)} USD" : "") + ChargeText.Beside(entry))
        + (entry.Usage is { } usage ? $"; {usage.TotalInput:N0} in ({usage.CacheRead:N0} from cache), {usage.TotalOutput:N0} out" : "");
}
