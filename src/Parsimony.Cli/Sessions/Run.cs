using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>One pass of a run: check, accept, drive the engine, wait, write results and receipt.</summary>
internal sealed class Run(RunPlan plan, Session session, Terminal terminal)
{
    private readonly StorePatience _patience = new(terminal, TimeProvider.System);
    private readonly HeldBack _held = new(session.Store.Switches, plan.Provider, terminal, TimeProvider.System);
    private readonly RunFeed _feed = new(plan, session.Runtime, terminal);

    /// <summary>Does the pass.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        EnsureProvider();
        var deadline = Deadline();
        var rows = await _feed.CheckAsync(cancellationToken).ConfigureAwait(false);
        await _patience.HoldAsync(
            () => session.Store.Runs.BeginAsync(plan.Scope, plan.Description, plan.Arguments.MaxCostUsd, session.Clock.GetUtcNow(), cancellationToken), cancellationToken).ConfigureAwait(false);
        using var stages = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var engine = Task.Run(() => session.Runtime.RunAsync(stages.Token), CancellationToken.None);
        try
        {
            if (plan.Arguments.SampleFirst is { } first && !await SampleAsync(first, rows, engine, cancellationToken).ConfigureAwait(false))
            {
                return ExitCode.ConfirmationNeeded;
            }

            await FeedAsync(deadline, cancellationToken).ConfigureAwait(false);
            terminal.Note($"run {plan.Scope}: {rows:N0} rows, {_feed.Added:N0} new requests, {_feed.Known:N0} there already.");
            await _patience.HoldAsync(() => session.Store.Batches.FlushAsync(plan.Scope, session.Clock.GetUtcNow(), cancellationToken), cancellationToken).ConfigureAwait(false);
            session.Runtime.Signals.Wake();
            var (totals, end) = await WatchAsync(engine, cancellationToken).ConfigureAwait(false);
            return await EndAsync(totals, end, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            terminal.Note($"Interrupted. Nothing is lost: the same command goes on (run {plan.Scope}); 'parsimony status' shows where it stands.");
            return ExitCode.Interrupted;
        }
        finally
        {
            await stages.CancelAsync().ConfigureAwait(false);
            await engine.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FeedAsync(DateTimeOffset? deadline, CancellationToken cancellationToken)
    {
        try
        {
            await _feed.FeedAsync(deadline, maxRows: null, _patience, cancellationToken).ConfigureAwait(false);
        }
        catch (BudgetExceededException exception)
        {
            throw new UserException(exception.Refusal.Describe() + (_feed.Added == 0
                ? " Nothing was submitted. 'parsimony budget' shows where budgets stand."
                : $" {_feed.Added:N0} requests before were accepted and stay queued; the same command goes on when there is room. 'parsimony budget' shows where budgets stand."));
        }
    }

    private void EnsureProvider()
    {
        if (!session.Runtime.Context.Providers.TryFind(plan.Provider, out _))
        {
            var facts = CapabilityMatrix.FactsOf(plan.Provider, profile: null);
            throw new UserException(facts.KeyVariables is [var variable, ..]
                ? $"{plan.Provider} has no key. Set {variable}, name a configuration with --config, or try it with --sandbox."
                : $"{plan.Provider} is not configured. Name a configuration with --config, or try it with --sandbox.");
        }
    }

    private DateTimeOffset? Deadline()
    {
        if (plan.Arguments.Deadline is not { } text)
        {
            return null;
        }

        try
        {
            return Parsimony.Deadline.Parse(text, session.Clock.GetUtcNow(), session.Sandbox is null ? TimeZoneInfo.Local : TimeZoneInfo.Utc);
        }
        catch (FormatException exception)
        {
            throw new UserException(exception.Message);
        }
    }

    private async Task<(ScopeTotals Totals, RunEnd End)> WatchAsync(Task engine, CancellationToken cancellationToken) =>
        await new RunWatch(session, plan.Scope, new ProgressLine(terminal, TimeProvider.System), engine, _patience, _held).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Answers the first rows live and asks whether to go on; true to go on.</summary>
    private async Task<bool> SampleAsync(int first, long rows, Task engine, CancellationToken cancellationToken)
    {
        await _feed.FeedAsync(deadline: null, first, _patience, cancellationToken).ConfigureAwait(false);
        var (totals, _) = await WatchAsync(engine, cancellationToken).ConfigureAwait(false);
        var shown = 0;
        await foreach (var result in session.Store.Runs.ReadResultsAsync(plan.Scope, cancellationToken).ConfigureAwait(false))
        {
            var answer = result.Answer is { } body
                ? AnswerText.Read(session.Runtime.Context.Providers, result.Request, body) ?? $"({body.Length:N0} bytes)"
                : $"no answer: {result.Request.FailureCode}";
            terminal.Note($"  {result.Item.ItemId}: {answer.ReplaceLineEndings(" ")}  [{Usd.Format(result.Entries.Sum(entry => entry.CostUsd ?? 0m))} USD]");
            shown++;
        }

        var live = totals.SpentUsd / Math.Max(shown, 1) * rows * plan.Arguments.Samples;
        terminal.Note($"{shown:N0} answers cost {Usd.Format(totals.SpentUsd)} USD live; projected from them (an estimate), the whole input is {Usd.Format(live)} USD live, about half of it in batches.");
        if (plan.Arguments.Yes)
        {
            return true;
        }

        if (!Terminal.CanAsk)
        {
            terminal.Note("Say --yes to go on, or run it in a terminal.");
            return false;
        }

        terminal.Note("Go on with the rest? [y/N]");
        return Console.ReadLine() is { } reply && reply.Trim().StartsWith("y", StringComparison.OrdinalIgnoreCase);
    }

    private async Task<int> EndAsync(ScopeTotals totals, RunEnd end, CancellationToken cancellationToken)
    {
        var path = plan.Arguments.Out;
        if (path is not null)
        {
            var writer = new ResultWriter(session.Runtime.Context.Providers);
            var written = await _patience.HoldAsync(() => writer.WriteAsync(session.Store, plan.Scope, path, cancellationToken), cancellationToken).ConfigureAwait(false);
            terminal.Note($"{written:N0} results in {path}.");
        }

        var receipt = await _patience.HoldAsync(() => ReceiptTable.BuildAsync(session.Store, plan.Scope, totals, cancellationToken), cancellationToken).ConfigureAwait(false);
        var code = Code(totals, end);
        if (terminal.IsJson)
        {
            ReceiptJson.Write(plan.Scope, totals, receipt, code);
        }
        else
        {
            ReceiptTable.Show(terminal.Out, receipt, session.Sandbox is not null);
        }

        Explain(totals, end);
        return code;
    }

    private int Code(ScopeTotals totals, RunEnd end) => end switch
    {
        RunEnd.Refused => ExitCode.Refused,
        RunEnd.CostLimit => ExitCode.CostLimit,
        _ when totals.Answered < totals.Total => ExitCode.SomeFailed,
        // Rows left out under --keep-going: the rest is answered, the input is still faulty.
        _ => _feed.Skipped > 0 ? ExitCode.BadInput : ExitCode.Done,
    };

    private void Explain(ScopeTotals totals, RunEnd end)
    {
        switch (end)
        {
            case RunEnd.Refused:
                foreach (var (provider, failure) in session.Runtime.Signals.Halts)
                {
                    terminal.Note(
                        (failure is { Cause: FailureCause.Credential, Status: null, ProviderCode: null }
                            ? $"{provider} was not called, for no credential can be had for it here: {failure}. Sign in to its cloud, or give a key,"
                            : $"{provider} refuses the credential: {failure}. Mend the key")
                        + " and run the same command again; what is queued stays.");
                }

                break;
            case RunEnd.CostLimit:
                terminal.Note($"The cost limit of {Usd.Format(totals.MaxCostUsd ?? 0)} USD holds {totals.Held:N0} requests back (committed: {Usd.Format(totals.SpentUsd + totals.UnknownBoundUsd + totals.ReservedUsd)} USD). "
                    + "The same command with a higher --max-cost goes on; --max-output-tokens makes each bound smaller.");
                break;
            default:
                if (totals.Answered < totals.Total)
                {
                    terminal.Note($"{totals.Total - totals.Answered:N0} requests have no answer; 'parsimony explain ID' says why, 'parsimony retry {plan.Scope}' tries them again.");
                }

                break;
        }
    }
}
