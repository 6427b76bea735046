using System.Globalization;

namespace Parsimony.Cli;

/// <summary>A unit price as the bill has it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Tier">The tier.</param>
/// <param name="Kind">The kind of token.</param>
/// <param name="Day">The day it was seen.</param>
/// <param name="Tokens">From how many tokens.</param>
/// <param name="Listed">The book's, USD per million tokens; null when it has none.</param>
/// <param name="Price">The bill's, USD per million tokens.</param>
internal sealed record ImpliedPrice(ModelId Model, PriceTier Tier, TokenKind Kind, DateOnly Day, long Tokens, decimal? Listed, decimal Price)
{
    private const int MostDigits = 6;

    // A price nobody would list is a quotient of rounded amounts.
    public decimal Rounded
    {
        get
        {
            if (Price <= 0)
            {
                return 0;
            }

            var digits = Math.Clamp(MostDigits - 1 - (int)Math.Floor(Math.Log10((double)Price)), 0, 12);
            return decimal.Round(Price, digits) / 1.000000000000000000000000000m;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Tier.ToString().ToLowerInvariant()} {Kind.InFile()} {Text(Rounded)} USD per million tokens{(Listed is { } listed ? $", not {Text(listed)}" : ", which the book does not have")}");

    private static string Text(decimal price) => price.ToString("0.############", CultureInfo.InvariantCulture);
}
