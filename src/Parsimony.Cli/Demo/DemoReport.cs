using System.Globalization;
using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>What the demo says.</summary>
internal static class DemoReport
{
    /// <summary>What is simulated and what goes wrong on purpose.</summary>
    public static void Begin(Terminal terminal, DemoFolder folder, SandboxConnection sandbox)
    {
        string[] lines =
        [
            "Parsimony demo: 300 support messages get one of ten labels each. No key, no cost: all of it runs on this machine.",
            "",
            $"Simulated      Anthropic and OpenAI at {sandbox.Address}: batches, caches, prices",
            string.Create(CultureInfo.InvariantCulture, $"Sandbox time   runs {sandbox.Speed:0.#} times as fast; the answers may take six hours of it"),
            $"Half each      {string.Join(", ", DemoRun.Models)}; about 1,600 tokens of the same instructions",
            "On purpose     Anthropic takes a batch and its reply is lost; OpenAI answers 429 at first, then breaks the",
            "               download of its results off half-way, and has them in another order than asked",
            $"Files          {folder.Root}",
            "",
            "Kill it at any moment (kill -9 too) and start it again: it goes on, and nothing is paid for twice.",
            "",
        ];
        foreach (var line in lines)
        {
            Say(terminal, line);
        }
    }

    /// <summary>The receipt, the agreement and the bill.</summary>
    public static void End(Terminal terminal, DemoOutcome outcome)
    {
        if (terminal.IsJson)
        {
            Write(outcome);
            return;
        }

        terminal.Line("");
        ReceiptTable.Show(terminal.Out, outcome.Receipt, isSandbox: true);
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{outcome.Totals.Answered:N0} of {outcome.Totals.Total:N0} answered; simulated answers (word rules, no model) agree with the labels in {outcome.AgreementPercent:0.#} %."));
        terminal.Line(Comparison(outcome));
    }

    private static string Comparison(DemoOutcome outcome)
    {
        var sums = $"Bill of the simulated providers {Exact(outcome.BillUsd)} USD, our ledger {Exact(outcome.Receipt.ActualUsd)} USD: ";
        return outcome.DifferenceUsd == 0 ? sums + "equal to the last digit."
            : outcome.IsAccountedFor ? $"{sums}{Exact(outcome.DifferenceUsd)} USD apart, within the {Exact(outcome.Receipt.UnknownUpperBoundUsd)} USD listed as unknown."
            : $"{sums}{Exact(outcome.DifferenceUsd)} USD apart. That is a fault of ours.";
    }

    private static void Write(DemoOutcome outcome)
    {
        using var stream = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("simulated"u8, true);
            ReceiptJson.WriteTotals(writer, outcome.Totals);
            writer.WriteNumber("cost_usd"u8, outcome.Receipt.ActualUsd);
            writer.WriteNumber("baseline_usd"u8, outcome.Receipt.BaselineUsd);
            writer.WriteNumber("saved_usd"u8, outcome.Receipt.SavedUsd);
            writer.WriteNumber("saved_by_batch_usd"u8, outcome.Receipt.SavedByBatch);
            writer.WriteNumber("saved_by_cache_usd"u8, outcome.Receipt.SavedByCache);
            writer.WriteNumber("unknown_cost"u8, outcome.Receipt.UnknownCost);
            writer.WriteNumber("bill_usd"u8, outcome.BillUsd);
            writer.WriteNumber("difference_usd"u8, outcome.DifferenceUsd);
            writer.WriteNumber("agreement_percent"u8, outcome.AgreementPercent);
            writer.WriteNumber("exit_code"u8, outcome.ExitCode);
            writer.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    /// <summary>A line where it does not get into a JSON result.</summary>
    public static void Say(Terminal terminal, string line)
    {
        if (terminal.IsJson)
        {
            terminal.Note(line);
        }
        else
        {
            terminal.Line(line);
        }
    }

    // All digits there are: this is where nothing may hide in rounding.
    private static string Exact(decimal usd) => usd.ToString("0.##############################", CultureInfo.InvariantCulture);
}
