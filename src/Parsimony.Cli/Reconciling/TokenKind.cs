namespace Parsimony.Cli;

/// <summary>The kinds of token that have a price of their own.</summary>
internal enum TokenKind
{
    Input,
    CacheRead,
    CacheWriteShort,
    CacheWriteLong,
    Output,
}

/// <summary>Tokens and prices by kind.</summary>
internal static class TokenKinds
{
    // Few enough for the ordinary price: long prompts have another.
    private const long Few = 1_000;

    public static IReadOnlyList<TokenKind> All { get; } = Enum.GetValues<TokenKind>();

    public static long Of(this TokenUsage usage, TokenKind kind) => kind switch
    {
        TokenKind.Input => usage.UncachedInput,
        TokenKind.CacheRead => usage.CacheRead,
        TokenKind.CacheWriteShort => usage.CacheWriteShort,
        TokenKind.CacheWriteLong => usage.CacheWriteLong,
        _ => usage.TotalOutput,
    };

    public static TokenUsage Tokens(TokenKind kind, long count) => kind switch
    {
        TokenKind.Input => new() { UncachedInput = count },
        TokenKind.CacheRead => new() { CacheRead = count },
        TokenKind.CacheWriteShort => new() { CacheWriteShort = count },
        TokenKind.CacheWriteLong => new() { CacheWriteLong = count },
        _ => new() { Output = count },
    };

    /// <summary>Left less right, kind by kind.</summary>
    public static TokenUsage Less(this TokenUsage left, TokenUsage right) => new()
    {
        UncachedInput = left.UncachedInput - right.UncachedInput,
        CacheRead = left.CacheRead - right.CacheRead,
        CacheWriteShort = left.CacheWriteShort - right.CacheWriteShort,
        CacheWriteLong = left.CacheWriteLong - right.CacheWriteLong,
        Output = left.TotalOutput - right.TotalOutput,
    };

    /// <summary>The price of a kind, USD per million tokens of an ordinary prompt; null when unknown.</summary>
    public static decimal? UnitPrice(this PriceList prices, ModelId model, PriceTier tier, TokenKind kind, DateOnly day) =>
        prices.Price(model, Tokens(kind, Few), tier, new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)).Usd * (1_000_000m / Few);

    /// <summary>What tokens cost at the prices of ordinary prompts, USD; counts may be below zero. Null where a price they need is unknown.</summary>
    public static decimal? Worth(this PriceList prices, ModelId model, PriceTier tier, TokenUsage usage, DateOnly day)
    {
        var sum = 0m;
        foreach (var kind in All.Where(kind => usage.Of(kind) != 0))
        {
            if (prices.UnitPrice(model, tier, kind, day) is not { } price)
            {
                return null;
            }

            sum += price * usage.Of(kind) / 1_000_000m;
        }

        return sum;
    }

    /// <summary>The name in price files.</summary>
    public static string InFile(this TokenKind kind) => kind switch
    {
        TokenKind.Input => "input",
        TokenKind.CacheRead => "cache_read",
        TokenKind.CacheWriteShort => "cache_write_short",
        TokenKind.CacheWriteLong => "cache_write_long",
        _ => "output",
    };
}
