using System.CommandLine;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary><c>parsimony export</c>: writes a store to a file that another store can import.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var file = new Argument<string?>("FILE") { Description = "Where it goes, for example store.jsonl.br; not needed with --release.", Arity = ArgumentArity.ZeroOrOne };
        var snapshot = new Option<bool>("--snapshot") { Description = "Leave open work out, and the store as it is." };
        var again = new Option<bool>("--again") { Description = "Export a store once more that was exported before, because that export is lost." };
        var release = new Option<bool>("--release") { Description = "Take the mark of an export back, because it was imported nowhere." };
        var store = SharedOptions.Store();
        var config = SharedOptions.Config();
        var json = SharedOptions.Json();
        var command = new Command("export", "Write a store with all its work to a file, for 'parsimony import'. The store is marked as moved: nothing can be changed in it any more.")
        {
            file, snapshot, again, release, store, config, json,
        };
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                var path = parsed.GetValue(file);
                var isRelease = parsed.GetValue(release);
                if (isRelease == path is not null)
                {
                    throw new UserException("Name a FILE to export to, or --release alone.");
                }

                var session = await Session.OpenAsync(
                    new SessionOptions { Store = parsed.GetValue(store), Config = parsed.GetValue(config), NeedsProviders = false }, terminal, cancellationToken).ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    if (path is null)
                    {
                        terminal.Line(await StoreMove.ReleaseAsync(session.Store, cancellationToken).ConfigureAwait(false)
                            ? "The mark is taken back: the store can be worked with again."
                            : "The store was not marked.");
                        return ExitCode.Done;
                    }

                    var options = new StoreMoveOptions
                    {
                        OnlyEnded = parsed.GetValue(snapshot),
                        Again = parsed.GetValue(again),
                        Protection = session.Configuration.Protection,
                    };
                    var summary = await WriteAsync(session, Path.GetFullPath(path), options, cancellationToken).ConfigureAwait(false);
                    MoveReport.Show(terminal, "exported", summary);
                    if (!options.OnlyEnded && !terminal.IsJson)
                    {
                        terminal.Line($"The store is marked as moved. Import {path} into a new one, and go on there.");
                    }

                    return ExitCode.Done;
                }
            },
            json);
        return command;
    }

    private static async Task<MoveSummary> WriteAsync(Session session, string path, StoreMoveOptions options, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            throw new UserException($"{path} is there already. Name another file, or remove it.");
        }

        var partial = path + ".partial";
        try
        {
            // Prompts are in it: others may not read it.
            var mode = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows())
            {
                mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            MoveSummary summary;
            var file = new FileStream(partial, mode);
            await using (file.ConfigureAwait(false))
            {
                summary = await StoreMove.ExportAsync(session.Store, file, options, session.Clock, cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path);
            return summary;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be written: {exception.Message} Name another file. If the store says that it was moved, add --again.");
        }
    }
}
