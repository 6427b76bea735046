namespace Parsimony;

/// <summary>What a caller knows of a prompt's future.</summary>
public enum ReuseHint
{
    /// <summary>Nothing: it is learnt.</summary>
    Unknown,

    /// <summary>A later prompt begins with all of it: an open conversation, a tool loop.</summary>
    Continued,

    /// <summary>Later prompts share its beginning, not its end: the same instructions for many documents.</summary>
    Shared,

    /// <summary>Neither: one of a kind.</summary>
    Single,
}
