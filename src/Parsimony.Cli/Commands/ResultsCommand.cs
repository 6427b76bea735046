using System.CommandLine;

namespace Parsimony.Cli;

/// <summary><c>parsimony results</c>: writes a run's results, finished or not.</summary>
internal static class ResultsCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "A run, as 'parsimony status' names it." };
        var target = new Option<string?>("--out") { Description = "Where they go; standard output when left out.", HelpName = "FILE" };
        var store = SharedOptions.Store();
        var command = new Command("results", "Write the results of a run as JSON Lines, in input order. Calls nobody.") { run, target, store };
        command.Runs(async (parsed, terminal, cancellationToken) =>
        {
            // Reading answers needs the providers' readers, not their keys.
            var session = await Session.OpenAsync(
                new SessionOptions { Store = parsed.GetValue(store), NeedsProviders = false, ReadsAnswers = true }, terminal, cancellationToken).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                var scope = parsed.GetRequiredValue(run);
                await session.RequireRunAsync(scope, cancellationToken).ConfigureAwait(false);

                var count = await new ResultWriter(session.Runtime.Context.Providers)
                    .WriteAsync(session.Store, scope, parsed.GetValue(target), cancellationToken).ConfigureAwait(false);
                terminal.Note($"{count:N0} results.");
                return ExitCode.Done;
            }
        });
        return command;
    }
}
