using System.CommandLine;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>The options of <c>budget</c>.</summary>
internal sealed class BudgetOptions
{
    private readonly (Option<string?> Option, BudgetDimension Dimension)[] _dimensions =
    [
        (new("--tenant") { Description = "The tenant it is for; '*' gives each tenant an amount of its own.", HelpName = "NAME" }, BudgetDimension.Tenant),
        (new("--key") { Description = "The key it is for, by its label, or '*'.", HelpName = "LABEL" }, BudgetDimension.Key),
        (new("--agent") { Description = "The agent it is for, or '*'.", HelpName = "NAME" }, BudgetDimension.Agent),
        (new("--session") { Description = "The session it is for, or '*'.", HelpName = "NAME" }, BudgetDimension.Session),
        (new("--tag") { Description = "The tag it is for, name=value; 'name=*' or '*' for each apart.", HelpName = "TAG" }, BudgetDimension.Tag),
    ];

    private readonly Option<string?> _per = new("--per") { Description = "day, month or total (UTC).", HelpName = "PERIOD" };
    private readonly Option<decimal?> _limit = new("--limit") { Description = "Most that may be spent, USD.", HelpName = "USD" };
    private readonly Option<bool> _soft = new("--soft") { Description = "Warn at 50, 80 and 100 % and refuse nothing." };
    private readonly Option<bool> _allowUnpriced = new("--allow-unpriced") { Description = "Let models without a known price pass a hard budget." };
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<string?> _sandbox = SharedOptions.Sandbox();

    /// <summary>Write the result as JSON.</summary>
    public Option<bool> Json { get; } = SharedOptions.Json();

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in _dimensions.Select(entry => (Option)entry.Option).Concat([_per, _limit, _soft, _allowUnpriced, _store, _sandbox, Json]))
        {
            command.Add(option);
        }
    }

    /// <summary>Reads the session's options.</summary>
    public SessionOptions Session(ParseResult parsed) => new() { Store = parsed.GetValue(_store), Sandbox = parsed.GetValue(_sandbox), NeedsProviders = false };

    /// <summary>Which budget is meant.</summary>
    /// <exception cref="UserException">None can be.</exception>
    public (BudgetDimension Dimension, string Value, BudgetPeriod Period) Identity(ParseResult parsed)
    {
        var named = _dimensions.Where(entry => parsed.GetValue(entry.Option) is not null).ToList();
        if (named.Count > 1)
        {
            throw new UserException($"A budget is about one thing: {string.Join(" and ", named.Select(entry => entry.Option.Name))} are two. Set one budget for each.");
        }

        var period = parsed.GetValue(_per) switch
        {
            "day" => BudgetPeriod.Day,
            "month" => BudgetPeriod.Month,
            "total" => BudgetPeriod.Total,
            null => throw new UserException("Say for how long it is: --per day, month or total."),
            var other => throw new UserException($"--per {other}: write day, month or total."),
        };
        return named is [var (option, dimension)] ? (dimension, parsed.GetValue(option) ?? "", period) : (BudgetDimension.All, "", period);
    }

    /// <summary>The budget to set.</summary>
    /// <exception cref="UserException">It cannot be meant.</exception>
    public Budget Budget(ParseResult parsed)
    {
        var (dimension, value, period) = Identity(parsed);
        var budget = new Budget
        {
            Dimension = dimension,
            Value = value,
            Period = period,
            LimitUsd = parsed.GetValue(_limit) ?? throw new UserException("Say how much it is: --limit USD."),
            IsHard = !parsed.GetValue(_soft),
            AllowUnpriced = parsed.GetValue(_allowUnpriced),
        };
        return budget.Validate() is { Count: > 0 } faults ? throw new UserException(string.Join(Environment.NewLine, faults)) : budget;
    }

    /// <summary>Makes sure that nobody who only lists believes to have set something.</summary>
    /// <exception cref="UserException">A budget is described.</exception>
    public void RefuseTerms(ParseResult parsed)
    {
        if (parsed.GetValue(_limit) is not null || parsed.GetValue(_per) is not null || Array.Exists(_dimensions, entry => parsed.GetValue(entry.Option) is not null))
        {
            throw new UserException("To set a budget write 'parsimony budget set ...'; without an action all are listed.");
        }
    }
}
