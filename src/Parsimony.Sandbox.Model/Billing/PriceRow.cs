namespace Parsimony.Sandbox.Model;

/// <summary>Pico-dollars per token of each kind; null where no price is known.</summary>
internal sealed record Rates(long Input, long? Output, long? Read, long? WriteShort, long? WriteLong)
{
    /// <summary>Total of a usage; null when it used something without a price.</summary>
    public Int128? Total(SandboxUsage usage)
    {
        var total = Int128.Zero;
        foreach (var (_, tokens, rate) in Parts(usage))
        {
            if (rate is not { } known)
                return null;
            total += (Int128)tokens * known;
        }

        return total;
    }

    /// <summary>The kinds of token a usage has, with their rates.</summary>
    public IEnumerable<(TokenPart Part, long Tokens, long? Rate)> Parts(SandboxUsage usage)
    {
        (TokenPart Part, long Tokens, long? Rate)[] parts =
        [
            (TokenPart.Input, usage.UncachedInput, Input), (TokenPart.CacheRead, usage.CacheRead, Read), (TokenPart.WriteShort, usage.CacheWriteShort, WriteShort),
            (TokenPart.WriteLong, usage.CacheWriteLong, WriteLong), (TokenPart.Output, usage.Output, Output),
        ];
        return parts.Where(part => part.Tokens > 0);
    }

    /// <summary>The rates of a band: reads and writes grow like input.</summary>
    public Rates Band(long input, long? output) => new(input, output, Scale(Read, input), Scale(WriteShort, input), Scale(WriteLong, input));

    public Rates Half() => new(Input / 2, Output / 2, Read / 2, WriteShort / 2, WriteLong / 2);

    public Rates WithInputFor(bool reads, bool writes) =>
        this with { Read = Read ?? (reads ? Input : null), WriteShort = WriteShort ?? (writes ? Input : null) };

    private long? Scale(long? rate, long input) => rate * input / Input;
}

/// <summary>One model's prices: live, batch, and above a number of prompt tokens the band that then applies to the whole request.</summary>
internal sealed record PriceRow(
    string Model, Rates Live, Rates? Batch, long BandAbove = long.MaxValue, long? BandInput = null, long? BandOutput = null)
{
    /// <summary>The price ended here; null for the price of today.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The band's prices in a batch, where they are not simply half of its live ones.</summary>
    public Rates? BatchBand { get; init; }

    /// <summary>Pico-dollars for keeping one token in a cache for an hour; null where that costs nothing or is not known.</summary>
    public long? StoragePerHour { get; init; }

    public bool IsLong(SandboxUsage usage) => usage.TotalInput > BandAbove && BandInput is not null;

    /// <summary>A cached token in the flexible tier, where that is not what it is in a batch.</summary>
    public long? FlexRead { get; init; }

    /// <summary>The flexible tier's prices: those of a batch (https://developers.openai.com/api/docs/pricing, read 2026-11-20).</summary>
    public Rates? Flex(SandboxUsage usage) => For(usage, batch: true) is { } rates ? rates with { Read = FlexRead ?? rates.Read } : null;

    public Rates? For(SandboxUsage usage, bool batch)
    {
        if (batch && Batch is null)
            return null;
        if (usage.TotalInput <= BandAbove || BandInput is not { } input)
            return batch ? Batch : Live;
        var band = Live.Band(input, BandOutput);
        return batch ? BatchBand ?? band.Half() : band;
    }
}
