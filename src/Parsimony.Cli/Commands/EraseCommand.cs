using System.CommandLine;
using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary><c>parsimony erase</c>: removes the prompts and answers of a tenant, a session, a run or a request for good.</summary>
internal static class EraseCommand
{
    private const int Page = 1_000;

    public static Command Create()
    {
        var tenant = new Option<string?>("--tenant") { Description = "Of all requests of a tenant.", HelpName = "NAME" };
        var user = new Option<string?>("--session") { Description = "Of all requests of a session.", HelpName = "NAME" };
        var run = new Option<string?>("--run") { Description = "Of all requests of a run, as 'parsimony status' names it.", HelpName = "NAME" };
        var request = new Option<string?>("--request") { Description = "Of one request, by its id.", HelpName = "ID" };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var store = SharedOptions.Store();
        var config = SharedOptions.Config();
        var json = SharedOptions.Json();
        var command = new Command("erase", "Erase prompts and answers for good; open requests are cancelled. Rows, counts and money stay. Calls nobody: the next engine deletes what providers keep.")
        {
            tenant, user, run, request, yes, store, config, json,
        };
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                var (kind, subject) = Subject(
                    (ErasureSubject.Tenant, parsed.GetValue(tenant)), (ErasureSubject.Session, parsed.GetValue(user)),
                    (ErasureSubject.Run, parsed.GetValue(run)), (ErasureSubject.Request, parsed.GetValue(request)));
                if (!parsed.GetValue(yes) && !Confirmed(terminal, kind, subject))
                {
                    return ExitCode.ConfirmationNeeded;
                }

                var session = await Session.OpenAsync(
                    new SessionOptions { Store = parsed.GetValue(store), Config = parsed.GetValue(config), NeedsProviders = false }, terminal, cancellationToken).ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    Show(terminal, await EraseAsync(session, kind, subject, cancellationToken).ConfigureAwait(false));
                    return ExitCode.Done;
                }
            },
            json);
        return command;
    }

    private static async Task<Erasure> EraseAsync(Session session, ErasureSubject kind, string subject, CancellationToken cancellationToken)
    {
        var payloads = session.Store.Payloads;
        var erasure = await payloads.BeginErasureAsync(kind, subject, Environment.UserName, session.Clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        while (erasure.FinishedAt is null)
        {
            erasure = await payloads.EraseAsync(erasure.Id, Page, session.Clock.GetUtcNow(), cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"Erasure {erasure.Id} is gone.");
        }

        return erasure;
    }

    private static (ErasureSubject Kind, string Subject) Subject(params ReadOnlySpan<(ErasureSubject Kind, string? Value)> choices)
    {
        (ErasureSubject Kind, string Value)? chosen = null;
        foreach (var (kind, value) in choices)
        {
            if (!string.IsNullOrEmpty(value))
            {
                chosen = chosen is null ? (kind, value) : throw new UserException("Name one of --tenant, --session, --run and --request.");
            }
        }

        return chosen switch
        {
            null => throw new UserException("Say whose prompts and answers: --tenant, --session, --run or --request."),
            (ErasureSubject.Request, var id) when !RequestId.TryParse(id, out _) => throw new UserException($"'{id}' is no request id. Results and the ledger name them."),
            var (kind, value) => (kind, value),
        };
    }

    private static bool Confirmed(Terminal terminal, ErasureSubject kind, string subject)
    {
        terminal.Note($"The prompts and answers of {kind.ToString().ToLowerInvariant()} '{subject}' will be gone for good, and its open requests cancelled.");
        if (!Terminal.CanAsk)
        {
            terminal.Note("Say --yes to go on, or run it in a terminal.");
            return false;
        }

        terminal.Note("Erase them? [y/N]");
        return Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private static void Show(Terminal terminal, Erasure erasure)
    {
        if (!terminal.IsJson)
        {
            terminal.Line($"{erasure.Requests:N0} requests erased (record {erasure.Id}), {erasure.Cancelled:N0} of them cancelled, {erasure.Marked:N0} are with providers.");
            if (erasure.Marked > 0)
            {
                terminal.Line("The next engine cancels those there and deletes their files when their batches have ended; late answers are booked and not stored.");
            }

            return;
        }

        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteNumber("erasure"u8, erasure.Id);
        writer.WriteString("kind"u8, erasure.Kind.ToString().ToLowerInvariant());
        writer.WriteString("subject"u8, erasure.Subject);
        writer.WriteString("requested_by"u8, erasure.RequestedBy);
        writer.WriteString("requested_at"u8, erasure.RequestedAt);
        writer.WriteNumber("requests"u8, erasure.Requests);
        writer.WriteNumber("cancelled"u8, erasure.Cancelled);
        writer.WriteNumber("with_providers"u8, erasure.Marked);
        writer.WriteEndObject();
    }
}
