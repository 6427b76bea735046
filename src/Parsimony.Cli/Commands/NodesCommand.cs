using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Parsimony.Engine;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary><c>parsimony nodes</c>: the processes that run the engine on a store.</summary>
internal static class NodesCommand
{
    // Three beats missed: it was killed, is paused, or does not reach the store.
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SkewLimit = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var store = SharedOptions.Store();
        var sandbox = SharedOptions.Sandbox();
        var json = SharedOptions.Json();
        var command = new Command("nodes", "List the processes that run the engine on a store, and how far their clocks are off.") { store, sandbox, json };
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                var session = await Session.OpenAsync(
                    new SessionOptions { Store = parsed.GetValue(store), Sandbox = parsed.GetValue(sandbox), NeedsProviders = false }, terminal, cancellationToken).ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    var nodes = await session.Store.Nodes.ListAsync(cancellationToken).ConfigureAwait(false);
                    // The store's clock as the freshest node knows it, where this machine's may be off.
                    var now = nodes.Select(node => node.SeenAt).Append(session.Clock.GetUtcNow()).Max();
                    var silent = now - (Silent * (session.Sandbox?.Speed ?? 1));
                    if (terminal.IsJson)
                    {
                        Write(nodes, silent);
                    }
                    else
                    {
                        Show(terminal, nodes, silent);
                    }

                    return ExitCode.Done;
                }
            },
            json);
        return command;
    }

    private static string State(Node node, DateTimeOffset silentBefore) =>
        node.State != NodeState.Stopped && node.SeenAt < silentBefore ? "silent" : node.State.ToString().ToLowerInvariant();

    private static void Show(Terminal terminal, IReadOnlyList<Node> nodes, DateTimeOffset silentBefore)
    {
        if (nodes.Count == 0)
        {
            terminal.Line("No node was seen in the last day. 'parsimony node' starts one; 'run' is one while it lasts.");
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("node", "version", "state", "since", "seen").AddColumn(new TableColumn("clock").RightAligned());
        foreach (var node in nodes)
        {
            table.AddRow(
                Markup.Escape(node.Owner), Markup.Escape(node.Version), State(node, silentBefore), Time(node.StartedAt), Time(node.SeenAt),
                node.Skew.TotalSeconds.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + " s" + (node.Skew.Duration() > SkewLimit ? " (set it)" : ""));
        }

        terminal.Out.Write(table);
    }

    private static void Write(IReadOnlyList<Node> nodes, DateTimeOffset silentBefore)
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteStartArray("nodes"u8);
        foreach (var node in nodes)
        {
            writer.WriteStartObject();
            writer.WriteString("node"u8, node.Owner);
            writer.WriteString("version"u8, node.Version);
            writer.WriteString("state"u8, State(node, silentBefore));
            writer.WriteString("started_at"u8, node.StartedAt);
            writer.WriteString("seen_at"u8, node.SeenAt);
            writer.WriteNumber("clock_skew_seconds"u8, node.Skew.TotalSeconds);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Time(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
}
