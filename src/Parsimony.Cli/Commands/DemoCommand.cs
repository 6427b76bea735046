using System.CommandLine;
using Parsimony.Sandbox;

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
        var tour = new Option<bool>("--every-provider") { Description = "Send the same documents through every provider instead, in batches and live, with faults at each, and compare." };
        var input = new Option<string?>("--input") { Description = "With --every-provider: documents with id and text. Default: the demo's messages.", HelpName = "FILE" };
        var documents = new Option<int>("--documents") { Description = "With --every-provider: how many of them.", HelpName = "N", DefaultValueFactory = static _ => 200 };
        var json = SharedOptions.Json();
        var command = new Command("demo", "Classify 300 support messages with simulated providers that misbehave a little. Needs no key and costs nothing; killed and started again, it goes on.")
        {
            speed, json, fresh, tour, input, documents, folder,
        };
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                if (parsed.GetValue(tour))
                {
                    return await TourAsync(parsed.GetValue(input), parsed.GetValue(documents), parsed.GetValue(speed), terminal, cancellationToken).ConfigureAwait(false);
                }

                using var place = DemoFolder.Open(parsed.GetValue(folder) ?? Path.Combine(StorePlace.DataFolder, "demo"));
                return await RunAsync(place, parsed.GetValue(speed), parsed.GetValue(fresh), terminal, cancellationToken).ConfigureAwait(false);
            },
            json);
        return command;
    }

    private static async Task<int> TourAsync(string? input, int documents, double speed, Terminal terminal, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("parsimony-tour-");
        try
        {
            using var place = DemoFolder.Open(folder.FullName);
            if (input is null)
            {
                await place.WriteInputAsync(cancellationToken).ConfigureAwait(false);
            }

            var host = await SandboxHost.StartAsync(new SandboxHostOptions { Speed = speed }, cancellationToken).ConfigureAwait(false);
            await using (host.ConfigureAwait(false))
            {
                host.World.Faults.Replace(ProviderTour.Faults);
                // Second purchases are allowed their cost: what may be lost is the sandbox's money.
                var options = new SessionOptions { Store = place.Store, Sandbox = host.Address.ToString(), IgnoresEnvironment = true, MaxHedgeUsd = 100 };
                var session = await Session.OpenAsync(options, terminal, cancellationToken).ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    var lines = await new ProviderTour(session, host, terminal).ExecuteAsync(input ?? place.Messages, documents, cancellationToken).ConfigureAwait(false);
                    TourReport.Show(terminal, lines);
                    return lines.All(line => line.IsRight) ? ExitCode.Done : ExitCode.Found;
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
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
