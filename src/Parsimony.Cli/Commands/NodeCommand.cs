using System.CommandLine;
using System.Text.Json;

namespace Parsimony.Cli;

/// <summary><c>parsimony node</c>: runs the engine on a store until it is stopped.</summary>
internal static class NodeCommand
{
    public static Command Create()
    {
        var store = SharedOptions.Store();
        var config = SharedOptions.Config();
        var prices = SharedOptions.Prices();
        var sandbox = SharedOptions.Sandbox();
        var name = new Option<string?>("--name") { Description = "What 'parsimony nodes' calls it. Default: machine, process and start.", HelpName = "NAME" };
        var json = SharedOptions.Json();
        var verbose = SharedOptions.Verbose();
        var command = new Command(
            "node", "Run the engine until stopped (Ctrl-C, SIGTERM): what is under way may end, then it leaves. On PostgreSQL any number of nodes share the work.")
        {
            store, config, prices, sandbox, name, json, verbose,
        };
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                var session = await Session.OpenAsync(
                    new SessionOptions
                    {
                        Store = parsed.GetValue(store),
                        Config = parsed.GetValue(config),
                        Prices = parsed.GetValue(prices),
                        Sandbox = parsed.GetValue(sandbox),
                        Verbose = parsed.GetValue(verbose),
                        NodeName = parsed.GetValue(name) is { } given ? $"{given}/{Environment.ProcessId}/{Environment.TickCount64:x}" : null,
                        Drains = true,
                    },
                    terminal,
                    cancellationToken).ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    Tell(terminal, session);
                    await session.Runtime.RunAsync(cancellationToken).ConfigureAwait(false);
                    terminal.Note("Stopped. What was not finished goes on with another node, or when one is started.");
                    return ExitCode.Done;
                }
            },
            json);
        return command;
    }

    private static void Tell(Terminal terminal, Session session)
    {
        if (!terminal.IsJson)
        {
            terminal.Note($"This node is {session.Runtime.Context.Owner}. Stop it with Ctrl-C; 'parsimony nodes' lists all.");
            return;
        }

        using var stream = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("node"u8, session.Runtime.Context.Owner);
            writer.WriteNumber("process"u8, Environment.ProcessId);
            writer.WriteEndObject();
        }

        stream.Write("\n"u8);
        stream.Flush();
    }
}
