using System.Globalization;

namespace Parsimony.Engine;

/// <summary>Why a hard budget refuses something.</summary>
/// <param name="Use">The budget and how much of it is used.</param>
/// <param name="AskedUsd">What was asked for, by its upper bound, USD.</param>
/// <param name="Unpriced">The model whose cost cannot be bounded, where that is the reason; else null.</param>
public sealed record BudgetRefusal(BudgetUse Use, decimal AskedUsd, ModelId? Unpriced = null)
{
    /// <summary>Whose budget it is and for how long, for example <c>monthly budget of tenant acme</c>.</summary>
    public string Name => NameOf(Use);

    /// <summary>What is wrong and what to do.</summary>
    public string Describe()
    {
        if (Unpriced is { } model)
        {
            return $"The {Name} refuses {model}: what it costs at most is unknown. Give the call an output limit or the model a price, or set the budget again with unpriced models allowed.";
        }

        var reset = Use.ResetsAt is { } at ? string.Create(CultureInfo.InvariantCulture, $" The next period begins at {at:u}.") : "";
        return $"The {Name} of {Usd.Format(Use.Budget.LimitUsd)} USD has no room for {Usd.Format(AskedUsd)} USD: {Usd.Format(Use.SpentUsd + Use.UnknownBoundUsd)} USD are spent "
            + $"and {Usd.Format(Use.ReservedUsd)} USD reserved for what is under way.{reset} Ask for less (a smaller output limit makes the bound smaller), wait, or raise the limit.";
    }

    internal static string NameOf(BudgetUse use)
    {
        var period = use.Budget.Period switch
        {
            BudgetPeriod.Day => "daily budget",
            BudgetPeriod.Month => "monthly budget",
            _ => "budget",
        };
        return use.Budget.Dimension == BudgetDimension.All ? $"{period} of everything" : $"{period} of {use.Budget.Dimension.ToString().ToLowerInvariant()} {use.Value}";
    }
}
