using System.CommandLine;
using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary><c>parsimony protect</c>: brings stored prompts and answers under the current key.</summary>
internal static class ProtectCommand
{
    private const int Page = 100;

    public static Command Create()
    {
        var store = SharedOptions.Store();
        var config = SharedOptions.Config();
        var json = SharedOptions.Json();
        var command = new Command("protect", "Bring all stored prompts and answers under the current payload key (plain, where none is set). Calls nobody; may be stopped and repeated.") { store, config, json };
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                var session = await Session.OpenAsync(
                    new SessionOptions { Store = parsed.GetValue(store), Config = parsed.GetValue(config), NeedsProviders = false }, terminal, cancellationToken).ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    var rewritten = 0L;
                    string? next = null;
                    do
                    {
                        var page = await session.Store.Payloads.RewrapAsync(next, Page, cancellationToken).ConfigureAwait(false);
                        (rewritten, next) = (rewritten + page.Rewritten, page.Next);
                    }
                    while (next is not null);

                    var pages = await session.Store.Payloads.CountAsync(cancellationToken).ConfigureAwait(false);
                    Show(terminal, session.Configuration.Protection, rewritten, pages);
                    return ExitCode.Done;
                }
            },
            json);
        return command;
    }

    private static void Show(Terminal terminal, PayloadProtection? protection, long rewritten, IReadOnlyList<ProtectedPages> pages)
    {
        if (terminal.IsJson)
        {
            using var stream = Console.OpenStandardOutput();
            using var writer = new Utf8JsonWriter(stream);
            writer.WriteStartObject();
            writer.WriteString("current_key"u8, protection?.Current?.Id);
            writer.WriteNumber("rewritten"u8, rewritten);
            writer.WriteStartObject("pages"u8);
            foreach (var (key, count) in pages)
            {
                writer.WriteNumber(key ?? "plain", count);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
            return;
        }

        terminal.Line(protection?.Current is { } current
            ? $"Payloads are protected with key {current.Id}. {rewritten:N0} pages were rewritten."
            : $"No payload key is set ({PayloadProtection.KeyVariable}): payloads are stored plain. {rewritten:N0} pages were rewritten.");
        foreach (var (key, count) in pages)
        {
            terminal.Line($"{(key is null ? "plain" : "key " + key)}: {count:N0} pages");
        }

        foreach (var key in protection?.KeyIds.Where(id => id != protection.Current?.Id && pages.All(page => page.KeyId != id)) ?? [])
        {
            terminal.Line($"key {key}: not needed here any more; backups may need it");
        }
    }
}
