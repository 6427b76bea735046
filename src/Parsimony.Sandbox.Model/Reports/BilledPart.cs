namespace Parsimony.Sandbox.Model;

/// <summary>The tokens of one kind in a line of the bill, and what they were charged.</summary>
internal sealed record BilledPart(BillLine Line, TokenPart Part, long Tokens, Int128 Pico)
{
    /// <summary>The parts of lines that have a price.</summary>
    public static IEnumerable<BilledPart> Of(IEnumerable<BillLine> lines) => lines.Where(line => !line.Unpriced).SelectMany(Of);

    private static IEnumerable<BilledPart> Of(BillLine line)
    {
        var rates = SandboxPrices.Find(line.Provider, line.Model, line.Usage, line.Kind, line.At);
        return rates is null ? [] : rates.Parts(line.Usage).Select(part => new BilledPart(line, part.Part, part.Tokens, (Int128)part.Tokens * (part.Rate ?? 0)));
    }
}

/// <summary>The kinds of token that have a price of their own.</summary>
internal enum TokenPart
{
    Input,
    CacheRead,
    WriteShort,
    WriteLong,
    Output,
}
