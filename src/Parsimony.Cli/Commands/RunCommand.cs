using System.CommandLine;

namespace Parsimony.Cli;

/// <summary><c>parsimony run</c>: a pile of documents in, answers and a receipt out.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Answer every row of an input at the lowest price the deadline allows. The same command again goes on, or finds what is there.");
        var options = new RunOptions();
        options.AddTo(command, runs: true);
        command.Runs((parsed, terminal, cancellationToken) => RunAsync(options, parsed, terminal, cancellationToken), options.Json);
        return command;
    }

    private static async Task<int> RunAsync(RunOptions options, ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var plan = await RunPlan.CreateAsync(options.Arguments(parsed), cancellationToken).ConfigureAwait(false);
        var session = await Session.OpenAsync(options.Session(parsed, plan.Provider), terminal, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            return await new Run(plan, session, terminal).ExecuteAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
