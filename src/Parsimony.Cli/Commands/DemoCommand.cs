using System.CommandLine;

namespace Parsimony.Cli;

/// <summary><c>parsimony demo</c>: a run from messages to receipt against simulated providers, with nothing to set up.</summary>
internal static class DemoCommand
{
    private const double DefaultSpeed = 30;

    public static Command Create()
    {
        var speed = new Option<double>("--speed") { Description = "Sandbox seconds a second.", HelpName = "X", DefaultValueFactory = static _ => DefaultSpeed };
        var fresh = new Option<bool>("--fresh") { Description = "Start anew, whatever an earlier demo left." };
        var folder = new Option<string?>("--store-folder") { Description = "Where the demo keeps its files.", HelpName = "DIR", Hidden = true };
        var json = SharedOptions.Json();
        var command = new Command("demo", "Classify 300 support messages with simulated providers that misbehave a little. Needs no key and costs nothing; killed and started again, it goes on.")
        {
            speed, json, fresh, folder,
        };
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                using var place = DemoFolder.Open(parsed.GetValue(folder) ?? Path.Combine(StorePlace.DataFolder, "demo"));
                return await RunAsync(place, parsed.GetValue(speed), parsed.GetValue(fresh), terminal, cancellationToken).ConfigureAwait(false);
            },
            json);
        return command;
    }

    private static async Task<int> RunAsync(DemoFolder folder, double speed, bool fresh, Terminal terminal, CancellationToken cancellationToken)
    {
        var mark = Begin(folder, fresh, terminal);
        await folder.WriteInputAsync(cancellationToken).ConfigureAwait(false);
        mark = mark with { Sandbox = await ConnectAsync(folder, mark, speed, terminal, cancellationToken).ConfigureAwait(false) };
        mark.Write(folder.Mark);
        var session = await Session.OpenAsync(new SessionOptions { Store = folder.Store, Sandbox = mark.Sandbox.Address, IgnoresEnvironment = true }, terminal, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var sandbox = session.Sandbox ?? throw new InvalidOperationException("The demo's session has no sandbox.");
            DemoReport.Begin(terminal, folder, sandbox);
            try
            {
                var outcome = await new DemoRun(folder, session, terminal).ExecuteAsync(sandbox.Address, cancellationToken).ConfigureAwait(false);
                DemoReport.End(terminal, outcome);
                if (outcome.End == RunEnd.Finished)
                {
                    (mark with { IsFinished = true }).Write(folder.Mark);
                    SandboxChild.End(mark.Sandbox);
                }

                return outcome.ExitCode;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                terminal.Note("Interrupted. Nothing is lost: 'parsimony demo' goes on where this ended.");
                return ExitCode.Interrupted;
            }
        }
    }

    /// <summary>The mark to go on from: the last demo's, or that of a new one in an emptied folder.</summary>
    private static DemoMark Begin(DemoFolder folder, bool fresh, Terminal terminal)
    {
        var last = DemoMark.Read(folder.Mark);
        if (last is { IsFinished: false } && !fresh)
        {
            DemoReport.Say(terminal, "Going on with the demo that was interrupted (--fresh starts anew).");
            return last;
        }

        if (last is not null)
        {
            DemoReport.Say(terminal, last.IsFinished ? "The last demo was finished; this is a fresh one." : "Starting anew; what the interrupted demo left is removed.");
            if (last.Sandbox is { } sandbox)
            {
                SandboxChild.End(sandbox);
            }
        }

        var next = new DemoMark((last?.Number ?? 0) + 1, IsFinished: false, Sandbox: null);
        folder.Clear();
        next.Write(folder.Mark);
        return next;
    }

    private static async Task<SandboxNote> ConnectAsync(DemoFolder folder, DemoMark mark, double speed, Terminal terminal, CancellationToken cancellationToken)
    {
        var child = new SandboxChild(folder.Root, mark.Number);
        if (await child.FindAsync(cancellationToken).ConfigureAwait(false) is { } running)
        {
            return running;
        }

        if (mark.Sandbox is not null)
        {
            DemoReport.Say(terminal, "The demo's sandbox has ended meanwhile; it comes back from its journal.");
        }

        return await child.StartAsync(speed, folder.Faults, cancellationToken).ConfigureAwait(false);
    }
}
