namespace Parsimony;

/// <summary>As what a prefix is written to the cache. Whether writing pays is learnt for each kind apart.</summary>
internal enum PrefixKind : byte
{
    /// <summary>A prompt that continues none that was seen.</summary>
    FirstPrompt,

    /// <summary>A prompt that continues an earlier one, of which nothing is cached.</summary>
    ContinuedPrompt,

    /// <summary>What a prompt adds to the part of it that is cached.</summary>
    Extension,

    /// <summary>The leading part of a prompt that other prompts had too.</summary>
    SharedPart,

    /// <summary>What a caller said would be used again.</summary>
    Hinted,
}
