using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Parsimony.Engine;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary><c>parsimony status</c>: the runs of a store, or one run with its batches.</summary>
internal static class StatusCommand
{
    private const int MaxRuns = 50;

    public static Command Create()
    {
        var run = new Argument<string?>("RUN") { Description = "A run; all when left out.", Arity = ArgumentArity.ZeroOrOne };
        var store = SharedOptions.Store();
        var json = SharedOptions.Json();
        var command = new Command("status", "Show where runs stand. Calls nobody.") { run, store, json };
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                var session = await Session.OpenAsync(
                    new SessionOptions { Store = parsed.GetValue(store), NeedsProviders = false }, terminal, cancellationToken).ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    return await ShowAsync(session.Store, parsed.GetValue(run), terminal, cancellationToken).ConfigureAwait(false);
                }
            },
            json);
        return command;
    }

    private static async Task<int> ShowAsync(IEngineStore store, string? run, Terminal terminal, CancellationToken cancellationToken)
    {
        var runs = await store.Runs.ListAsync(MaxRuns, cancellationToken).ConfigureAwait(false);
        if (run is not null)
        {
            runs = [.. runs.Where(entry => entry.Totals.Scope == run)];
            if (runs.Count == 0)
            {
                throw new UserException($"There is no run '{run}' in this store; 'parsimony status' lists them.");
            }
        }

        var batches = await store.Batches.ListOpenAsync(run, 1_000, cancellationToken).ConfigureAwait(false);
        var held = await store.Switches.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (terminal.IsJson)
        {
            Write(runs, batches, held);
            return ExitCode.Done;
        }

        Show(terminal, runs, batches);
        foreach (var said in held)
        {
            terminal.Line($"{said}: 'parsimony provider list' shows since when and by whom.");
        }

        return ExitCode.Done;
    }

    private static void Show(Terminal terminal, IReadOnlyList<(ScopeTotals Totals, string Description, DateTimeOffset StartedAt)> runs, IReadOnlyList<Batch> batches)
    {
        if (runs.Count == 0)
        {
            terminal.Line("No runs yet. 'parsimony demo' shows one; 'parsimony run --help' starts your own.");
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("run", "what", "started").AddColumn(new TableColumn("answered").RightAligned()).AddColumn(new TableColumn("open").RightAligned())
            .AddColumn(new TableColumn("without answer").RightAligned()).AddColumn(new TableColumn("held").RightAligned()).AddColumn(new TableColumn("cost").RightAligned());
        foreach (var (totals, description, startedAt) in runs)
        {
            table.AddRow(
                Markup.Escape(totals.Scope), Markup.Escape(description), startedAt.ToString("u", CultureInfo.InvariantCulture), Number(totals.Answered), Number(totals.Open),
                Number(totals.Failed + totals.Expired + totals.Cancelled), Number(totals.Held), Usd.Format(totals.SpentUsd) + " USD");
        }

        terminal.Out.Write(table);
        foreach (var batch in batches)
        {
            terminal.Line($"batch {batch.Id}: {batch.Provider} {batch.State.ToString().ToLowerInvariant()}, {batch.Count:N0} requests"
                + (batch.ProviderBatchId is { } id ? $", {id}{(batch.IsSuspected ? " (suspected)" : "")}" : "")
                + (batch.FailureCode is { } code ? $", last: {code}" : "")
                + (batch.NotBefore is { } next ? $", next look {next:u}" : ""));
        }
    }

    private static void Write(IReadOnlyList<(ScopeTotals Totals, string Description, DateTimeOffset StartedAt)> runs, IReadOnlyList<Batch> batches, IReadOnlyList<ProviderSwitch> held)
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteStartArray("runs"u8);
        foreach (var (totals, description, startedAt) in runs)
        {
            writer.WriteStartObject();
            writer.WriteString("run"u8, totals.Scope);
            writer.WriteString("description"u8, description);
            writer.WriteString("started_at"u8, startedAt);
            ReceiptJson.WriteTotals(writer, totals);
            writer.WriteNumber("cost_usd"u8, totals.SpentUsd);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("batches"u8);
        foreach (var batch in batches)
        {
            writer.WriteStartObject();
            writer.WriteNumber("batch"u8, batch.Id);
            writer.WriteString("provider"u8, batch.Provider.Value);
            writer.WriteString("state"u8, batch.State.ToString().ToLowerInvariant());
            writer.WriteNumber("count"u8, batch.Count);
            writer.WriteString("provider_batch"u8, batch.ProviderBatchId);
            writer.WriteBoolean("suspected"u8, batch.IsSuspected);
            writer.WriteString("last_failure"u8, batch.FailureCode);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        SwitchJson.Write(writer, "held_back", held);
        writer.WriteEndObject();
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
