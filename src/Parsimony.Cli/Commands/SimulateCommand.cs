using System.CommandLine;
using System.Globalization;

namespace Parsimony.Cli;

/// <summary><c>parsimony simulate</c>: a trace of requests replayed under a provider's cache rules and several ways to place marks. Calls nobody.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var trace = new Argument<string>("TRACE") { Description = "The trace: JSON Lines or a table; its kind is told from its first row." };
        var rules = new Option<string?>("--rules") { Description = "A set of rules: classic (default), cheap-reads, openai-5.6, no-write-charge.", HelpName = "NAME" };
        var provider = new Option<string?>("--provider") { Description = "Take the rules of this provider's --model.", HelpName = "PROVIDER" };
        var model = new Option<string?>("--model") { Description = "Take the rules of a model: provider/model, or the name alone with --provider.", HelpName = "MODEL" };
        var policies = new Option<string[]>("--policy")
        {
            Description = $"What is compared: {string.Join(", ", CacheSimulation.Policies)}. Default: all; with hints where --hints is given.",
            AllowMultipleArgumentsPerToken = true,
            HelpName = "NAME",
        };
        var hints = new Option<string?>("--hints") { Description = "The column that says of each prompt: continued, shared or single.", HelpName = "COLUMN" };
        var derive = new Option<string?>("--derive-hints") { Description = "Write a copy of the trace with a column 'hint' made from its own future, and use it.", HelpName = "FILE" };
        var wrong = new Option<double>("--wrong-hints") { Description = "Make this share of the hints wrong, by --seed.", HelpName = "SHARE" };
        var seed = new Option<int>("--seed") { Description = "Seed of what is drawn.", DefaultValueFactory = _ => 1, HelpName = "N" };
        var stretch = new Option<double>("--stretch") { Description = "Multiply the time between requests.", DefaultValueFactory = _ => 1, HelpName = "X" };
        var json = SharedOptions.Json();
        var command = new Command("simulate", "Replay a trace under a provider's cache rules and compare ways to place cache marks. Calls nobody.")
        {
            trace, rules, provider, model, policies, hints, derive, wrong, seed, stretch, json,
        };
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                var chosen = CacheRuleSet.Find(parsed.GetValue(rules), Model(parsed.GetValue(provider), parsed.GetValue(model)), TimeProvider.System.GetUtcNow());
                var options = new TraceOptions(Positive(parsed.GetValue(stretch)), parsed.GetValue(hints));
                var file = parsed.GetValue(trace) ?? "";
                var read = await TraceFile.ReadAsync(file, options, cancellationToken).ConfigureAwait(false);
                var hasHints = options.HintColumn is not null;
                if (parsed.GetValue(derive) is { } target)
                {
                    var derived = DerivedHints.Of(read, chosen.Rules);
                    await HintedTrace.WriteAsync(file, target, derived, cancellationToken).ConfigureAwait(false);
                    (read, hasHints) = (read.With(derived), true);
                }

                if (parsed.GetValue(wrong) is > 0 and var share)
                {
                    read = read.With(DerivedHints.Wrong([.. read.Requests.Select(request => request.Hint)], share, parsed.GetValue(seed)));
                }

                string[] asked = parsed.GetValue(policies) is { Length: > 0 } named ? named : [.. CacheSimulation.Policies.Where(policy => hasHints || policy != "ours-with-hints")];
                var output = new SimulationOutput(
                    Path.GetFileName(file), read, chosen, LowerBound.Cost(read, chosen.Rules), CacheSimulation.Run(read, chosen.Rules, asked), ReuseTruth.Of(read, chosen.Rules));
                if (terminal.IsJson)
                {
                    output.Write();
                }
                else
                {
                    output.Show(terminal);
                }

                return ExitCode.Done;
            },
            json);
        command.Subcommands.Add(SimulateRoutesCommand.Below());
        return command;
    }

    private static double Positive(double stretch) =>
        stretch > 0 && double.IsFinite(stretch)
            ? stretch
            : throw new UserException(string.Create(CultureInfo.InvariantCulture, $"--stretch {stretch} is not a number above zero."));

    private static string? Model(string? provider, string? model) => (provider, model) switch
    {
        (null, _) => model,
        (_, null) => throw new UserException("--provider needs a --model, whose cache rules are used."),
        _ => $"{provider}/{model}",
    };
}
