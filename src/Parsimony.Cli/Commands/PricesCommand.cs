using System.CommandLine;
using System.Globalization;
using System.IO.Enumeration;

namespace Parsimony.Cli;

/// <summary><c>parsimony prices</c>: what is known of prices on a day, whether it can be trusted, and the import of others'.</summary>
internal static class PricesCommand
{
    private const int DefaultMaxAgeDays = 180;

    public static Command Create()
    {
        var models = new Argument<string?>("MODELS") { Description = "provider/model, or a part of it; a * stands for any letters. All when left out.", Arity = ArgumentArity.ZeroOrOne };
        var on = new Option<DateOnly?>("--on") { Description = "The day, for example 2026-11-20. Default: today (UTC).", HelpName = "DATE" };
        var check = new Option<bool>("--check") { Description = "Name what is faulty, stale or upside down instead; exit code 1 when there is any." };
        var age = new Option<int>("--max-age") { Description = "Days a source may not have been read, for --check.", DefaultValueFactory = static _ => DefaultMaxAgeDays, HelpName = "DAYS" };
        var prices = SharedOptions.Prices();
        var config = SharedOptions.Config();
        var json = SharedOptions.Json();
        var command = new Command("prices", "Show the prices that hold on a day, with their sources. Calls nobody.") { models, on, check, age, prices, config, json, PriceImport.BelowPrices() };
        command.Runs(
            (parsed, terminal, _) =>
            {
                var day = parsed.GetValue(on) ?? DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
                var path = PriceBook.Path(parsed.GetValue(prices), parsed.GetValue(config));
                return Task.FromResult(parsed.GetValue(check)
                    ? Check(PriceBook.Open(path, ExitCode.Internal), day, parsed.GetValue(age), terminal)
                    : Show(PriceBook.Open(path), parsed.GetValue(models), day, terminal));
            },
            json);
        return command;
    }

    private static int Check(PriceList prices, DateOnly day, int maxAgeDays, Terminal terminal)
    {
        var faults = prices.Check(day, maxAgeDays);
        if (terminal.IsJson)
        {
            PriceTable.WriteFaults(faults);
        }
        else
        {
            foreach (var fault in faults)
            {
                terminal.Line(fault);
            }

            terminal.Note(faults.Count == 0
                ? string.Create(CultureInfo.InvariantCulture, $"{prices.Lines(day).Select(line => line.Model).Distinct().Count():N0} models, no fault found.")
                : string.Create(CultureInfo.InvariantCulture, $"{faults.Count:N0} faults."));
        }

        return faults.Count == 0 ? ExitCode.Done : ExitCode.Internal;
    }

    private static int Show(PriceList prices, string? models, DateOnly day, Terminal terminal)
    {
        var lines = prices.Lines(day).Where(line => IsMeant(line.Model, models)).ToList();
        if (lines.Count == 0)
        {
            throw new UserException(string.Create(CultureInfo.InvariantCulture, $"No price of '{models ?? "*"}' holds on {day:yyyy-MM-dd}: the cost of such calls is unknown."));
        }

        if (terminal.IsJson)
        {
            PriceTable.Write(lines);
        }
        else
        {
            PriceTable.Show(terminal.Out, lines, day);
        }

        return ExitCode.Done;
    }

    private static bool IsMeant(ModelId model, string? pattern) =>
        pattern is null || FileSystemName.MatchesSimpleExpression(pattern.Contains('*', StringComparison.Ordinal) ? pattern : $"*{pattern}*", model.ToString(), ignoreCase: true);
}
