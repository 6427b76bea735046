using System.CommandLine;

namespace Parsimony.Cli;

/// <summary><c>parsimony simulate routes</c>: batches under deadlines, by the product's own planner and forecast and by others. Calls nobody.</summary>
internal static class SimulateRoutesCommand
{
    public static Command Below()
    {
        var batches = new Option<int>("--batches") { Description = "Batches of each scenario.", DefaultValueFactory = _ => 20_000, HelpName = "N" };
        var seed = new Option<int>("--seed") { Description = "Seed of what is drawn.", DefaultValueFactory = _ => 1, HelpName = "N" };
        var median = new Option<double>("--median") { Description = "Minutes by which half of the batches are done.", DefaultValueFactory = _ => 40, HelpName = "MINUTES" };
        var late = new Option<double>("--late") { Description = "Hours by which 99 of 100 batches are done.", DefaultValueFactory = _ => 9, HelpName = "HOURS" };
        var stuck = new Option<double>("--stuck") { Description = "Share of batches that never end.", DefaultValueFactory = _ => 0.01, HelpName = "SHARE" };
        var json = SharedOptions.Json();
        var command = new Command("routes", "Simulate batches under deadlines: live only, a fixed buffer, the planner learning as it goes, and one that knows the future. Calls nobody.")
        {
            batches, seed, median, late, stuck, json,
        };
        command.Runs(
            (parsed, terminal, _) =>
            {
                var (half, most, never, count) = (TimeSpan.FromMinutes(parsed.GetValue(median)), TimeSpan.FromHours(parsed.GetValue(late)), parsed.GetValue(stuck), parsed.GetValue(batches));
                if (half <= TimeSpan.Zero || most <= half || never is < 0 or >= 1 || count is < 1 or > 1_000_000)
                {
                    throw new UserException("Give --median above zero, --late later than it, --stuck from 0 to under 1, and 1 to 1,000,000 --batches.");
                }

                var scenarios = RouteScenario.All(count, parsed.GetValue(seed)).Select(scenario => scenario with { Median = half, Late = most, Stuck = never });
                var output = new RouteOutput([.. scenarios.Select(scenario => (scenario, RouteSimulation.Run(scenario)))]);
                if (terminal.IsJson)
                {
                    output.Write();
                }
                else
                {
                    output.Show(terminal);
                }

                return Task.FromResult(ExitCode.Done);
            },
            json);
        return command;
    }
}
