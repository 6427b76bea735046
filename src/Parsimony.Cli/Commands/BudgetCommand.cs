using System.CommandLine;
using System.Globalization;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary><c>parsimony budget</c>: shows, sets and removes what tenants, keys, agents, sessions and tags may spend.</summary>
internal static class BudgetCommand
{
    public static Command Create()
    {
        var action = new Argument<string>("ACTION") { Description = "list, set or remove.", DefaultValueFactory = static _ => "list" };
        var options = new BudgetOptions();
        var command = new Command("budget", "Show, set or remove what may be spent in a day, a month or in all. Calls nobody.") { action };
        options.AddTo(command);
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                var asked = parsed.GetValue(action) ?? "list";
                var work = Work(asked, options, parsed);
                var session = await Session.OpenAsync(options.Session(parsed), terminal, cancellationToken).ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    await work(session, terminal, cancellationToken).ConfigureAwait(false);
                    return ExitCode.Done;
                }
            },
            options.Json);
        return command;
    }

    // Read before the store is opened: what cannot be meant changes nothing.
    private static Func<Session, Terminal, CancellationToken, Task> Work(string action, BudgetOptions options, ParseResult parsed)
    {
        switch (action)
        {
            case "list":
                options.RefuseTerms(parsed);
                return ListAsync;
            case "set":
                var budget = options.Budget(parsed);
                return (session, terminal, cancellationToken) => SetAsync(session, budget, terminal, cancellationToken);
            case "remove":
                var (dimension, value, period) = options.Identity(parsed);
                return (session, terminal, cancellationToken) => RemoveAsync(session, dimension, value, period, terminal, cancellationToken);
            default:
                throw new UserException($"'{action}' is nothing a budget knows; write list, set or remove.");
        }
    }

    private static async Task ListAsync(Session session, Terminal terminal, CancellationToken cancellationToken)
    {
        var uses = await session.Store.Budgets.ReadUsesAsync(session.Clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        if (terminal.IsJson)
        {
            BudgetTable.Write(uses);
        }
        else if (uses.Count == 0)
        {
            terminal.Line("Nothing is used of any budget. 'parsimony budget set --per month --limit 100' sets one for everything; see --help.");
        }
        else
        {
            BudgetTable.Show(terminal.Out, uses);
        }
    }

    private static async Task SetAsync(Session session, Budget budget, Terminal terminal, CancellationToken cancellationToken)
    {
        var set = await session.Store.Budgets.SetAsync(budget, session.Clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        var uses = (await session.Store.Budgets.ReadUsesAsync(session.Clock.GetUtcNow(), cancellationToken).ConfigureAwait(false))
            .Where(use => use.Budget.Number == set.Number).ToList();
        if (terminal.IsJson)
        {
            BudgetTable.Write(uses);
            return;
        }

        terminal.Line($"{BudgetTable.Name(set)}: {Usd.Format(set.LimitUsd)} USD {BudgetTable.Period(set.Period)}, {(set.IsHard ? "hard: what does not fit is refused" : "soft: warned of at 50, 80 and 100 %")}.");
        if (uses.Count > 0)
        {
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"Used so far: {Usd.Format(uses.Sum(use => use.CommittedUsd))} USD, counted from the ledger and what is under way."));
        }
    }

    private static async Task RemoveAsync(
        Session session, BudgetDimension dimension, string value, BudgetPeriod period, Terminal terminal, CancellationToken cancellationToken)
    {
        if (!await session.Store.Budgets.RemoveAsync(dimension, value, period, cancellationToken).ConfigureAwait(false))
        {
            throw new UserException("There is no such budget; 'parsimony budget' lists them. Name it as it was set, with the same --per.");
        }

        if (!terminal.IsJson)
        {
            terminal.Line("Removed. What was counted for it is forgotten; the ledger is not.");
        }
    }
}
