using System.CommandLine;

namespace Parsimony.Cli;

/// <summary><c>parsimony cancel</c>: cancels what of a run has not ended.</summary>
internal static class CancelCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "A run, as 'parsimony status' names it." };
        var store = SharedOptions.Store();
        var command = new Command("cancel", "Cancel what of a run has not ended. What providers already work on is cancelled there by the next engine; paid answers are kept.") { run, store };
        command.Runs(async (parsed, terminal, cancellationToken) =>
        {
            var session = await Session.OpenAsync(
                new SessionOptions { Store = parsed.GetValue(store), NeedsProviders = false }, terminal, cancellationToken).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                var scope = parsed.GetRequiredValue(run);
                await session.RequireRunAsync(scope, cancellationToken).ConfigureAwait(false);

                var (cancelled, marked) = await session.Store.Requests.CancelAsync(scope, ids: null, session.Clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
                terminal.Line($"{cancelled:N0} requests cancelled, {marked:N0} are with providers and end as cancelled unless their answer comes first.");
                return ExitCode.Done;
            }
        });
        return command;
    }
}
