namespace Parsimony.Core.Tests;

/// <summary>What price tests start from.</summary>
internal static class Given
{
    public static readonly DateTimeOffset November = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static readonly ModelId Sonnet45 = ModelId.Parse("anthropic/claude-sonnet-4-5-20250929");

    public static readonly ModelId Haiku55 = ModelId.Parse("anthropic/claude-haiku-5-5");

    public static readonly ModelId Gpt56Sol = ModelId.Parse("openAI/gpt-5.6-sol");

    public static readonly ModelId Unlisted = ModelId.Parse("openAI/gpt-5-unheard-of");

    public static PriceList Prices => PriceList.Default;

    public static TokenUsage Tokens(long input = 0, long output = 0, long read = 0, long writeShort = 0, long writeLong = 0) => new()
    {
        UncachedInput = input,
        Output = output,
        CacheRead = read,
        CacheWriteShort = writeShort,
        CacheWriteLong = writeLong,
    };

    public static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);

    public static Stream File(string json) => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
}
