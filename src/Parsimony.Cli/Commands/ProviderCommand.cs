using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Parsimony.Engine;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary><c>parsimony provider</c>: what operators hold back, and holding it back or letting it go.</summary>
internal static class ProviderCommand
{
    private const int MostShown = 100;

    public static Command Create()
    {
        var command = new Command("provider", "Hold a provider back, for every process on the store, or let it go on.")
        {
            Setting("pause", SwitchSetting.Paused, "Submit and send nothing new to it. What runs there is collected; what comes is accepted and waits."),
            Setting("drain", SwitchSetting.Draining, "As pause, and accept nothing new for it."),
            Setting("kill", SwitchSetting.Killed, "As drain, and cancel what runs there. Its open requests wait until it is resumed; paid answers are kept."),
            Setting("resume", SwitchSetting.Open, "Let it go on."),
            List(),
        };
        return command;
    }

    private static Command Setting(string verb, SwitchSetting setting, string description)
    {
        var provider = new Argument<string>("PROVIDER") { Description = "A provider, for example openAI." };
        var credential = new Option<string?>("--credential") { Description = "Only what goes under this credential; all when left out.", HelpName = "NAME" };
        var reason = new Option<string?>("--reason") { Description = "Why; shown to whoever asks, and with every deadline it costs.", HelpName = "TEXT" };
        var store = SharedOptions.Store();
        var command = new Command(verb, description) { provider, credential, reason, store };
        command.Runs((parsed, terminal, cancellationToken) =>
        {
            var said = new ProviderSwitch
            {
                Provider = Provider(parsed.GetRequiredValue(provider)),
                Credential = parsed.GetValue(credential) ?? "",
                Setting = setting,
                Reason = parsed.GetValue(reason)?.Trim() ?? "",
                By = $"{Environment.UserName}@{Environment.MachineName}",
                At = default,
            };
            return OpenAsync(parsed.GetValue(store), terminal, session => SetAsync(session, said, terminal, cancellationToken), cancellationToken);
        });
        return command;
    }

    private static Command List()
    {
        var store = SharedOptions.Store();
        var json = SharedOptions.Json();
        var command = new Command("list", "Show what is held back, by whom and why, and what was said before.") { store, json };
        command.Runs(
            (parsed, terminal, cancellationToken) => OpenAsync(
                parsed.GetValue(store), terminal,
                async session =>
                {
                    var inForce = await session.Store.Switches.ReadAsync(cancellationToken).ConfigureAwait(false);
                    var history = await session.Store.Switches.ReadHistoryAsync(MostShown, cancellationToken).ConfigureAwait(false);
                    if (terminal.IsJson)
                    {
                        Write(inForce, history);
                    }
                    else
                    {
                        Show(terminal, inForce, history);
                    }
                },
                cancellationToken),
            json);
        return command;
    }

    private static async Task<int> OpenAsync(string? store, Terminal terminal, Func<Session, Task> work, CancellationToken cancellationToken)
    {
        var session = await Session.OpenAsync(new SessionOptions { Store = store, NeedsProviders = false }, terminal, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await work(session).ConfigureAwait(false);
            return ExitCode.Done;
        }
    }

    private static async Task SetAsync(Session session, ProviderSwitch said, Terminal terminal, CancellationToken cancellationToken)
    {
        said = said with { At = session.Clock.GetUtcNow() };
        var switches = session.Store.Switches;
        var inForce = await switches.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (said.Setting == SwitchSetting.Open)
        {
            // Without a credential everything of the provider goes on, whatever was named when it was held back.
            var lifted = inForce.Where(held => held.Provider == said.Provider && (said.Credential.Length == 0 || held.Credential == said.Credential)).ToList();
            foreach (var held in lifted)
            {
                await switches.SetAsync(said with { Credential = held.Credential }, cancellationToken).ConfigureAwait(false);
                terminal.Line($"{said with { Credential = held.Credential }}; it was {held.Word}.");
            }

            if (lifted.Count == 0)
            {
                terminal.Line($"{said.Provider} was not held back{(said.Credential.Length == 0 ? "" : $" under the credential {said.Credential}")}.");
            }

            foreach (var held in inForce.Except(lifted).Where(held => said.Credential.Length > 0 && held.IsFor(said.Provider, said.Credential)))
            {
                terminal.Note($"warning: {held} still holds; resume it without --credential.");
            }

            return;
        }

        await switches.SetAsync(said, cancellationToken).ConfigureAwait(false);
        terminal.Line($"{said}, for every process on this store within two seconds. 'parsimony provider resume {said.Provider}' lets it go on.");
    }

    private static ProviderId Provider(string text) =>
        ProviderId.TryParse(text, out var id) ? id : throw new UserException($"'{text}' is not a provider. Write one of {string.Join(", ", ProviderId.All)}.");

    private static void Show(Terminal terminal, IReadOnlyList<ProviderSwitch> inForce, IReadOnlyList<ProviderSwitch> history)
    {
        if (history.Count == 0)
        {
            terminal.Line("Nothing is held back, and nothing ever was.");
            return;
        }

        terminal.Line(inForce.Count == 0 ? "Nothing is held back now." : $"Held back now: {string.Join("; ", inForce)}.");
        var table = new Table().Border(TableBorder.Rounded).AddColumns("when", "provider", "credential", "setting", "by", "reason");
        foreach (var said in history)
        {
            table.AddRow(
                said.At.ToString("u", CultureInfo.InvariantCulture), Markup.Escape(said.Provider.Value), Markup.Escape(said.Credential.Length == 0 ? "all" : said.Credential), said.Word,
                Markup.Escape(said.By), Markup.Escape(said.Reason));
        }

        terminal.Out.Write(table);
    }

    private static void Write(IReadOnlyList<ProviderSwitch> inForce, IReadOnlyList<ProviderSwitch> history)
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        SwitchJson.Write(writer, "held_back", inForce);
        SwitchJson.Write(writer, "history", history);
        writer.WriteEndObject();
    }
}
