namespace Parsimony;

/// <summary>Which of a provider's price columns an attempt is billed by.</summary>
public enum PriceTier
{
    /// <summary>The plain call.</summary>
    Live,

    /// <summary>The batch API.</summary>
    Batch,

    /// <summary>The slower synchronous tier some providers sell at batch rates.</summary>
    Flex,

    /// <summary>The dearer tier some providers sell for short waits.</summary>
    Priority,
}
