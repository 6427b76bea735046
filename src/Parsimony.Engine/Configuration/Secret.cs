namespace Parsimony.Engine;

/// <summary>A key that cannot be printed by accident; equal to another with the same value.</summary>
public sealed record Secret
{
    private readonly string _value;

    /// <summary>Wraps a key.</summary>
    public Secret(string value) => _value = value;

    /// <summary>The key itself, for the one place that sends it.</summary>
    public string Reveal() => _value;

    /// <summary>Says that a key is set, never which.</summary>
    public override string ToString() => "(set)";
}
