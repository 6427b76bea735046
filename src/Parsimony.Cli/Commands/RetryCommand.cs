using System.CommandLine;

namespace Parsimony.Cli;

/// <summary><c>parsimony retry</c>: puts what ended without an answer back into the queue.</summary>
internal static class RetryCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "A run, as 'parsimony status' names it." };
        var store = SharedOptions.Store();
        var command = new Command("retry", "Put failed, expired and cancelled requests of a run back into the queue; 'parsimony run' with the same arguments sends them.") { run, store };
        command.Runs(async (parsed, terminal, cancellationToken) =>
        {
            var session = await Session.OpenAsync(
                new SessionOptions { Store = parsed.GetValue(store), NeedsProviders = false }, terminal, cancellationToken).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                var scope = parsed.GetRequiredValue(run);
                await session.RequireRunAsync(scope, cancellationToken).ConfigureAwait(false);

                var count = await session.Store.Requests
                    .RetryAsync(scope, ids: null, session.Clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
                terminal.Line($"{count:N0} requests are queued again. Run the same 'parsimony run' command to send them.");
                return ExitCode.Done;
            }
        });
        return command;
    }
}
