using System.CommandLine;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary><c>parsimony import</c>: reads an export into an empty store.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "What 'parsimony export' wrote." };
        var store = new Option<string?>("--store") { Description = "An empty store: a file, or a PostgreSQL database (postgres://user:password@host/database). Default: PARSIMONY_STORE, else parsimony.db in the user's data folder.", HelpName = "STORE" };
        var config = SharedOptions.Config();
        var json = SharedOptions.Json();
        var command = new Command("import", "Read an export into an empty store; the work in it goes on there. All of it or nothing.") { file, store, config, json };
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                var path = parsed.GetRequiredValue(file);
                var source = Open(path);
                await using (source.ConfigureAwait(false))
                {
                    var session = await Session.OpenAsync(
                        new SessionOptions { Store = parsed.GetValue(store), Config = parsed.GetValue(config), NeedsProviders = false }, terminal, cancellationToken).ConfigureAwait(false);
                    await using (session.ConfigureAwait(false))
                    {
                        var summary = await StoreMove.ImportAsync(
                            session.Store, source, session.Configuration.Protection, session.Clock, cancellationToken).ConfigureAwait(false);
                        MoveReport.Show(terminal, "imported", summary);
                        return ExitCode.Done;
                    }
                }
            },
            json);
        return command;
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read: {exception.Message}");
        }
    }
}
